import Octets
import Testing

@testable import SASL

@Suite struct PlainTests {
    @Test("RFC 4616 §4: the message is NUL, user, NUL, password")
    func message() throws {
        var plain = try Plain(user: "tim", password: Secret("tanstaaftanstaaf"))
        #expect(plain.name == "PLAIN")
        #expect(plain.showsPassword)
        let response = try #require(try plain.initialResponse())
        #expect(octets(response) == Array("\0tim\0tanstaaftanstaaf".utf8))
        #expect(Base64.encode(octets(response).span) == Array("AHRpbQB0YW5zdGFhZnRhbnN0YWFm".utf8))
    }

    @Test("The message goes out behind an empty challenge where the command had no room for it")
    func withoutInitialResponse() throws {
        var plain = try Plain(user: "tést", password: Secret("påss"))
        #expect(octets(try plain.respond(to: [])) == [0] + Array("tést".utf8) + [0] + Array("påss".utf8))
    }

    @Test("A second challenge, and one that says anything, is an error")
    func challenges() throws {
        var plain = try Plain(user: "tim", password: Secret("x"))
        #expect(kind { try plain.respond(to: Array("Password:".utf8)) } == .unexpectedChallenge)
        _ = try plain.initialResponse()
        #expect(kind { try plain.respond(to: []) } == .unexpectedChallenge)
    }

    @Test(
        "RFC 4616 §2: neither part may be empty or hold NUL",
        arguments: [
            ("", "x"), ("tim", ""), ("t\0m", "x"), ("tim", "a\0b"), ("\0", "x"),
        ])
    func refused(user: String, password: String) {
        #expect(kind { try Plain(user: user, password: Secret(password)) } == .invalidCredential)
        #expect(kind { try Login(user: user, password: Secret(password)) } == .invalidCredential)
    }
}

/// The octets of a secret.
func octets(_ secret: Secret) -> [UInt8] {
    secret.withOctets { span in [UInt8](copying: span) }
}

/// The kind of the error that `body` throws; nil where it throws none.
func kind<Value>(_ body: () throws -> Value) -> SASLError.Kind? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? SASLError)?.kind
    }
}
