import ArgumentParser
import MailTransport

/// A name server on the command line: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`.
enum NameServerArgument {
    static func parse(_ text: String) throws -> NameServer {
        let (address, port) = try parts(text)
        guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || ".:%".contains($0) }) else {
            throw ValidationError("\(text) is no literal address")
        }
        return NameServer(String(address), port: port)
    }

    private static func parts(_ text: String) throws -> (Substring, UInt16) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw ValidationError("\(text) has no closing bracket") }
            let address = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            return (address, rest.isEmpty ? 53 : try port(rest))
        }
        guard let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon else { return (text[...], 53) }
        return (text[..<colon], try port(text[colon...]))
    }

    private static func port(_ text: Substring) throws -> UInt16 {
        guard text.first == ":", let port = UInt16(text.dropFirst()), port > 0 else {
            throw ValidationError("\(text) is no port from 1 to 65535")
        }
        return port
    }
}
