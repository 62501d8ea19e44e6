import Octets
import Testing

@testable import SASL

@Suite struct LoginTests {
    @Test("The user name answers the first challenge, the password the second, whatever they say")
    func exchange() throws {
        for challenges in [
            ["Username:", "Password:"], ["User Name\0", "Password\0"], ["", ""], ["Password:", "Username:"],
        ] {
            var login = try Login(user: "fred@example.org", password: Secret("hunter2"))
            #expect(login.name == "LOGIN")
            #expect(login.showsPassword)
            #expect(try login.initialResponse().map(octets) == nil)
            #expect(octets(try login.respond(to: Array(challenges[0].utf8))) == Array("fred@example.org".utf8))
            #expect(octets(try login.respond(to: Array(challenges[1].utf8))) == Array("hunter2".utf8))
            #expect(kind { try login.respond(to: []) } == .unexpectedChallenge)
        }
    }

    @Test("Nothing is outstanding when the server says it succeeded")
    func success() throws {
        var login = try Login(user: "fred", password: Secret("x"))
        try login.verifySuccess()
    }
}
