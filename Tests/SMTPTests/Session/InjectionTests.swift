import Octets
import SASL
import Testing

@testable import SMTP

/// Nothing a caller passes may become a command of its own.
@Suite struct InjectionTests {
    static let poison = [
        "\r", "\n", "\0", "\r\n", "\r\nRSET", "\nRSET\r\n", "\r\n.\r\n", "\u{A}\u{D}", "\u{85}", "\u{2028}", "\u{10A}",
        "\u{10D}", "\u{560A}", "\u{760D}",
        "\u{760D}\u{760A}RSET",
    ]

    @Test("Addresses, names and parameters: refused by their types, or no line end on the wire", arguments: poison)
    func values(poison: String) {
        for text in [
            "a\(poison)@b.c", "a@b\(poison).c", "a@b.c\(poison)", "\(poison)a@b.c", "\"a\(poison)\"@b.c",
            "a@[1.2.3.4\(poison)]",
        ] {
            for path in [try? ReversePath(text).description, try? ForwardPath(text).description] {
                #expect(path?.utf8.contains { $0 < 0x20 } != true)
            }
        }
        for text in [
            "\(poison)bar.com", "bar\(poison).com", "bar.com\(poison)", "[1.2.3.4\(poison)]", "[IPv6:::1\(poison)]",
            "[x:y\(poison)]",
        ] {
            #expect((try? EHLOArgument(text)) == nil)
            #expect((try? EHLOArgument(address: text)) == nil)
        }
        #expect((try? ESMTPParameter("A\(poison)B")) == nil)
        #expect((try? ESMTPParameter("A", "b\(poison)")) == nil)
    }

    @Test("Credentials travel in Base64 alone", arguments: poison)
    func credentials(poison: String) throws {
        for offered in ["AUTH PLAIN", "AUTH LOGIN"] {
            var probe = try SessionProbe.ready([offered])
            let command = SMTPCommand.authenticate(.password(user: "fr\(poison)ed", Secret("hun\(poison)ter2")))
            let start = probe.written.count
            if (try? probe.submit(command)) != nil, offered == "AUTH LOGIN" { _ = probe.serve("334 ", "334 ") }
            let lines = probe.written.octets[start...].split(separator: 0x0A, omittingEmptySubsequences: false)
                .dropLast()
            #expect(poison.utf8.contains(0) ? lines.isEmpty : lines.count == (offered == "AUTH LOGIN" ? 3 : 1))
            for line in lines {
                #expect(line.dropLast().allSatisfy { (0x20...0x7E).contains($0) } && line.last == 0x0D)
            }
        }
    }

    @Test("A message cannot end itself", arguments: poison)
    func content(poison: String) throws {
        var probe = try SessionProbe.ready()
        _ = try probe.submit(transaction())
        _ = probe.serve("250 ok")
        _ = probe.serve("250 ok")
        _ = probe.serve("354 go")
        let start = probe.written.count
        let evil = Array(
            "a: b\r\n\r\n\(poison).\(poison)\(poison).\r\nMAIL FROM:<evil@x>\r\n".utf8.filter { $0 < 0x80 })
        for octet in evil { _ = try probe.submit(.content([octet])) }
        _ = try probe.submit(.endOfContent)
        let wire = Array(probe.written.octets[start...])
        #expect(wire == DataEncoderTests.reference(evil))
    }
}
