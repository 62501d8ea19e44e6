import IMAP4
import MailTestKit
import MailTransport
import Octets

/// A client against a script whose tags are known: `#3` is the tag of the third command.
enum ScriptedIMAP {
    /// The steps of lines that begin with `S: ` or `C: ` (`S~: `, `C~: ` without line end), or are `!close`, `!stall`, `!rest`.
    static func steps(_ text: String) -> [ScriptStep] {
        text.split(separator: "\n").map { line in
            let words = tagged(String(line.drop { $0 == " " }))
            if words.hasPrefix("S: ") { return .send("\(words.dropFirst(3))\r\n", mayBeCutShort: true) }
            if words.hasPrefix("S~: ") { return .send(String(words.dropFirst(4)), mayBeCutShort: true) }
            if words.hasPrefix("C: ") { return .expect("\(words.dropFirst(3))\r\n") }
            if words.hasPrefix("C~: ") { return .expect(String(words.dropFirst(4))) }
            if words == "!stall" { return .stall }
            return words == "!rest" ? .ignoreRest : .close
        }
    }

    private static func tagged(_ line: String) -> String {
        var tagged = ""
        var rest = line[...]
        while let hash = rest.firstIndex(of: "#") {
            tagged += rest[..<hash] + "aaaaaaaaaaaaa"
            rest = rest[rest.index(after: hash)...]
        }
        return (tagged + rest).replacingEscapes
    }

    /// Connects without TLS, runs `body`, logs out, and holds the server's side against the script.
    static func play<Value>(
        _ script: [ScriptStep], _ configure: (inout IMAP4Client.Configuration) -> Void = { _ in },
        _ body: (IMAP4Client) async throws -> Value
    ) async throws -> Value {
        let server = try ScriptedServer.start(script: script)
        var configuration = IMAP4Client.Configuration()
        configuration.allowsPasswordInPlaintext = true
        configuration.replyTimeout = .seconds(5)
        configuration.stallTimeout = .seconds(5)
        configure(&configuration)
        let result: Result<Value, any Error>
        do {
            let client = try await IMAP4Client.connect(
                to: .plaintext("127.0.0.1", port: server.port), configuration: configuration, tagSeed: 0)
            do {
                result = .success(try await body(client))
            } catch {
                result = .failure(error)
            }
            await client.logout()
        } catch {
            _ = await server.conversations()
            throw error
        }
        try await server.finish()
        return try result.get()
    }

    /// The greeting of a server that has logged us in, and INBOX selected with the first command.
    static func selected(_ rest: String, capabilities: String = "IMAP4rev1 UIDPLUS MOVE IDLE UNSELECT") -> [ScriptStep]
    {
        steps(
            """
            S: * PREAUTH [CAPABILITY \(capabilities)] hello
            C: #1 SELECT INBOX
            S: * 3 EXISTS
            S: #1 OK [READ-WRITE] done
            \(rest)
            """)
    }
}

extension String {
    /// `\r`, `\n` and `\\` as the octets they stand for.
    fileprivate var replacingEscapes: String {
        var result = ""
        var characters = makeIterator()
        while let character = characters.next() {
            guard character == "\\" else {
                result.append(character)
                continue
            }
            switch characters.next() {
            case "r": result += "\r"
            case "n": result += "\n"
            case let other?: result.append(other)
            case nil: break
            }
        }
        return result
    }
}
