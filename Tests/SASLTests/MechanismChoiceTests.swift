import Octets
import Testing

@testable import SASL

@Suite struct MechanismChoiceTests {
    private let credential = Credential.password(user: "fred", Secret("hunter2"))

    @Test(
        "PLAIN before LOGIN, names in any case",
        arguments: [
            (["LOGIN", "PLAIN"], "PLAIN"), (["login"], "LOGIN"), (["GSSAPI", "plain"], "PLAIN"),
            (["PLAIN", "PLAIN", "PLAIN"], "PLAIN"), (["PLAIN-X", "LOGIN"], "LOGIN"),
        ])
    func choice(offered: [String], name: String) throws {
        let mechanism = try MechanismChoice.strongest(for: credential, offered: offered, allowingPassword: true)
        #expect(mechanism.name == name)
    }

    @Test("Nothing in common", arguments: [[], ["GSSAPI"], ["PLAINS", " PLAIN"], ["EXTERNAL", "NTLM"]])
    func noCommonMechanism(offered: [String]) {
        for allowing in [true, false] {
            let choose = {
                try MechanismChoice.strongest(for: credential, offered: offered, allowingPassword: allowing)
            }
            #expect(kind(choose) == .noCommonMechanism)
        }
    }

    @Test("A password is not shown without TLS")
    func needsTLS() {
        let choose = {
            try MechanismChoice.strongest(for: credential, offered: ["PLAIN", "LOGIN"], allowingPassword: false)
        }
        #expect(kind(choose) == .needsTLS)
    }

    @Test("What the server lists cannot act on a terminal through the error")
    func escapedList() {
        do {
            _ = try MechanismChoice.strongest(for: credential, offered: ["\u{1B}[2J"], allowingPassword: true)
            Issue.record("a mechanism was found")
        } catch {
            #expect(!error.description.utf8.contains(0x1B))
        }
    }

    @Test("A credential never shows its secret, and a user name cannot act on a terminal")
    func description() {
        let credential = Credential.password(user: "fr\u{1B}ed", Secret("Xq7-canary"))
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped] {
            #expect(!text.contains("Xq7-canary"))
        }
        #expect(!"\(credential)".utf8.contains(0x1B))
        #expect(credential.user == "fr\u{1B}ed")
    }

    @Test("A mechanism never shows its secret")
    func mechanismDump() throws {
        for name in ["PLAIN", "LOGIN"] {
            let secret = Credential.password(user: "fred", Secret("Xq7-canary"))
            let mechanism = try MechanismChoice.strongest(for: secret, offered: [name], allowingPassword: true)
            var dumped = ""
            dump(mechanism, to: &dumped)
            for text in ["\(mechanism)", String(reflecting: mechanism), dumped] {
                #expect(!text.contains("Xq7-canary"))
            }
        }
    }
}
