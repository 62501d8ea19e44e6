import Octets
import Testing

@testable import POP3

@Suite struct CommandEncoderTests {
    @Test func `commands with numbers`() {
        var wire = WireOctets()
        CommandEncoder.encode("NOOP", into: &wire)
        CommandEncoder.encode("TOP", [1, .max], into: &wire)
        #expect(wire.octets == Array("NOOP\r\nTOP 1 4294967295\r\n".utf8))
    }

    @Test func `a password is secret, a name is not`() {
        var wire = WireOctets()
        CommandEncoder.user("fred", into: &wire)
        CommandEncoder.pass(Secret("hunter2"), into: &wire)
        #expect(wire.octets == Array("USER fred\r\nPASS hunter2\r\n".utf8))
        #expect(wire.description == "USER fred\\x0D\\x0APASS <redacted>\\x0D\\x0A")
    }

    /// 255 octets with "AUTH X ", CRLF and a multiple of four octets of Base64: a name of the right length makes them meet.
    @Test(arguments: [(4, 243, false), (4, 180, true), (8, 174, true), (8, 177, true), (7, 177, true), (9, 178, false)])
    func `an initial response goes where the line has room`(name: Int, octets: Int, goes: Bool) {
        var wire = WireOctets()
        let response = Secret(octets: [UInt8](repeating: 1, count: octets))
        let went = CommandEncoder.auth(String(repeating: "X", count: name), initialResponse: response, into: &wire)
        #expect(went == goes)
        #expect(wire.count <= 255)
        #expect(wire.secretRanges.isEmpty != goes)
        #expect(wire.octets.suffix(2) == [0x0D, 0x0A])
    }

    @Test func `a line of exactly 255 octets goes, and one of 256 does not`() {
        // "AUTH " + name + " " + 4n + CRLF: with a name of 7 it is 4n + 15, and 255 is met by n = 60.
        for (name, goes) in [(7, true), (8, false)] {
            var wire = WireOctets()
            let response = Secret(octets: [UInt8](repeating: 1, count: 180))
            #expect(
                CommandEncoder.auth(String(repeating: "X", count: name), initialResponse: response, into: &wire) == goes
            )
            if goes { #expect(wire.count == 255) }
        }
    }

    @Test func `an empty initial response is an equals sign`() {
        var wire = WireOctets()
        #expect(CommandEncoder.auth("EXTERNAL", initialResponse: Secret(""), into: &wire) == true)
        #expect(wire.octets == Array("AUTH EXTERNAL =\r\n".utf8))
        var other = WireOctets()
        #expect(CommandEncoder.auth("LOGIN", initialResponse: nil, into: &other) == false)
        #expect(other.octets == Array("AUTH LOGIN\r\n".utf8))
    }

    @Test func `every octet as an argument`() {
        for octet in UInt8.min...UInt8.max {
            let isSent = (try? CommandEncoder.check([octet].span, of: "USER", allowingUTF8: false)) != nil
            #expect(isSent == (0x20...0x7E).contains(octet))
            let isSentAsUTF8 = (try? CommandEncoder.check([octet].span, of: "USER", allowingUTF8: true)) != nil
            #expect(isSentAsUTF8 == (octet >= 0x20 && octet != 0x7F))
            let isSecret =
                (try? CommandEncoder.check(secret: Secret(octets: [octet]), of: "PASS", allowingUTF8: false)) != nil
            #expect(isSecret == isSent)
        }
    }

    @Test(arguments: [(0, false), (1, true), (247, true), (248, true), (249, false)])
    func `the line has at most 255 octets`(length: Int, isSent: Bool) {
        let octets = [UInt8](repeating: 0x78, count: length)
        #expect(((try? CommandEncoder.check(octets.span, of: "USER", allowingUTF8: false)) != nil) == isSent)
    }

    @Test func `an error about a password shows nothing of it`() {
        let error = #expect(throws: GrammarError.self) {
            try CommandEncoder.check(secret: Secret("hunter2\r"), of: "PASS", allowingUTF8: false)
        }
        #expect(error?.description.contains("hunter") == false)
        #expect(error?.excerpt == "")
    }
}
