import Testing

@testable import SMTP

@Suite struct DataEncoderTests {
    /// RFC 5321 §4.5.2, written down without a thought for speed: lines first, then dots.
    static func reference(_ message: [UInt8]) -> [UInt8] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < message.count {
            switch message[index] {
            case 0x0D:
                if index + 1 < message.count, message[index + 1] == 0x0A { index += 1 }
                lines.append([])
            case 0x0A: lines.append([])
            case let octet: lines[lines.count - 1].append(octet)
            }
            index += 1
        }
        if lines.last == [] { lines.removeLast() }
        return lines.flatMap { ($0.first == 0x2E ? [0x2E] : []) + $0 + [0x0D, 0x0A] } + [0x2E, 0x0D, 0x0A]
    }

    private static func encode(_ pieces: [[UInt8]], _ policy: LineEndPolicy = .normalize) throws -> (
        wire: [UInt8], size: Int
    ) {
        var encoder = DataEncoder(lineEnds: policy, allowsEightBitBody: true, allowsEightBitHeader: true)
        var wire: [UInt8] = []
        for piece in pieces { try encoder.encode(piece, into: &wire) }
        try encoder.finish(into: &wire)
        return (wire, encoder.size)
    }

    /// The pieces of `message`, cut before octet i + 1 where bit i of `cuts` is set.
    private static func pieces(_ message: [UInt8], _ cuts: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for (index, octet) in message.enumerated() {
            if index > 0, cuts >> (index - 1) & 1 == 1 { pieces.append([]) }
            pieces[pieces.count - 1].append(octet)
        }
        return pieces
    }

    @Test("Every string of up to six of CR, LF, dot and a letter, cut in every way", arguments: 0...6)
    func exhaustive(length: Int) throws {
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x2E, 0x61]
        for number in 0..<(1 << (2 * length)) {
            let message = (0..<length).map { alphabet[number >> (2 * $0) & 3] }
            let expected = Self.reference(message)
            let bare = Self.hasBareLineEnd(message)
            for cuts in 0..<(1 << max(length - 1, 0)) {
                let pieces = Self.pieces(message, cuts)
                let (wire, size) = try Self.encode(pieces)
                guard wire == expected, Self.isSafe(wire), size == Self.size(wire) else {
                    Issue.record("\(message) cut by \(cuts): \(wire), not \(expected)")
                    return
                }
                let strict = try? Self.encode(pieces, .refuse).wire
                guard strict == (bare ? nil : expected) else {
                    Issue.record("\(message) cut by \(cuts), bare line ends refused: \(String(describing: strict))")
                    return
                }
            }
        }
    }

    private static func hasBareLineEnd(_ message: [UInt8]) -> Bool {
        message.indices.contains { index in
            switch message[index] {
            case 0x0D: index + 1 == message.count || message[index + 1] != 0x0A
            case 0x0A: index == 0 || message[index - 1] != 0x0D
            default: false
            }
        }
    }

    /// CR and LF only as CRLF, and the end sequence nowhere but at the end, a line end being in front of the message.
    private static func isSafe(_ wire: [UInt8]) -> Bool {
        let end: [UInt8] = [0x0D, 0x0A, 0x2E, 0x0D, 0x0A]
        let seen = [0x0D, 0x0A] + wire
        let ends = seen.indices.filter { seen[$0...].starts(with: end) }
        return !hasBareLineEnd(wire) && ends == [seen.count - end.count]
    }

    /// The size of RFC 1870 §3, from the outside: the wire without the doubled dots and the end.
    private static func size(_ wire: [UInt8]) -> Int {
        var count = 0
        var index = 0
        var isAtStart = true
        while index < wire.count - 3 {
            if !(isAtStart && wire[index] == 0x2E) { count += 1 }
            isAtStart = wire[index] == 0x0A
            index += 1
        }
        return count
    }

    @Test(
        "Smuggled ends: none of these is an end on the wire",
        arguments: [
            "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\r.\r\r", "\r\n\r.\r\n", "\n\n.\r\n",
            "\r\n.\r\r\n", "\r\n\0.\r\n",
        ])
    func smuggling(ending: String) throws {
        let message = Array("Subject: x\r\n\r\nbody\(ending)MAIL FROM:<evil@example.org>\r\n".utf8)
        for size in 1...message.count {
            let pieces = stride(from: 0, to: message.count, by: size).map {
                Array(message[$0..<min($0 + size, message.count)])
            }
            let wire = try Self.encode(pieces).wire
            #expect(wire == Self.reference(message))
            #expect(Self.isSafe(wire))
        }
        #expect((try? Self.encode([message], .refuse)) == nil || !Self.hasBareLineEnd(message))
    }

    @Test("A line of 998 octets fits, with or without a doubled dot; one more does not", arguments: ["x", "."])
    func lineLimit(first: String) throws {
        for end in ["\r\n", "\n", ""] {
            let fits = Array((first + String(repeating: "y", count: 997) + end).utf8)
            #expect(try Self.encode([fits]).wire == Self.reference(fits))
            #expect(try Self.encode([Array(fits[..<500]), Array(fits[500...])]).wire == Self.reference(fits))
            let long = Array(("a\r\n" + first + String(repeating: "y", count: 998) + end).utf8)
            for pieces in [[long], [Array(long[..<700]), Array(long[700...])], long.map { [$0] }] {
                #expect(throws: ContentFault(reason: .lineTooLong, offset: 3)) { try Self.encode(pieces) }
            }
        }
    }

    @Test("An octet above 127 is found, in the header and in the body, whole or in pieces")
    func eightBit() throws {
        let header = Array("Subject: \u{E9}\r\n\r\nx\r\n".utf8)
        let body = Array("Subject: e\r\n\r\nx\u{E9}\r\n".utf8)
        for split in [false, true] {
            func run(_ message: [UInt8], body: Bool, header: Bool) throws -> DataEncoder {
                var encoder = DataEncoder(lineEnds: .normalize, allowsEightBitBody: body, allowsEightBitHeader: header)
                var wire: [UInt8] = []
                for piece in split ? message.map({ [$0] }) : [message] { try encoder.encode(piece, into: &wire) }
                return encoder
            }
            #expect(throws: ContentFault(reason: .eightBitHeader, offset: 9)) {
                _ = try run(header, body: true, header: false)
            }
            #expect(throws: ContentFault(reason: .eightBitBody, offset: 15)) {
                _ = try run(body, body: false, header: true)
            }
            let seen = try run(header, body: false, header: true)
            #expect(seen.hasEightBitHeader && !seen.hasEightBitBody)
            let other = try run(body, body: true, header: false)
            #expect(!other.hasEightBitHeader && other.hasEightBitBody)
        }
    }

    @Test("The offset of a bare line end is told, across pieces too")
    func bareOffset() {
        #expect(throws: ContentFault(reason: .bareLineEnd, offset: 3)) {
            try Self.encode([Array("abc\rd".utf8)], .refuse)
        }
        #expect(throws: ContentFault(reason: .bareLineEnd, offset: 3)) {
            try Self.encode([Array("abc\r".utf8), [0x64]], .refuse)
        }
        #expect(throws: ContentFault(reason: .bareLineEnd, offset: 3)) {
            try Self.encode([Array("abc\r".utf8)], .refuse)
        }
        #expect(throws: ContentFault(reason: .bareLineEnd, offset: 3)) {
            try Self.encode([Array("ab".utf8), Array("c\n".utf8)], .refuse)
        }
    }

    @Test("Lone line ends without number cost linear time", arguments: ["\r", "\n", ".", "\r.", "\n.\r"])
    func linear(pattern: String) {
        let clock = ContinuousClock()
        func time(_ count: Int) -> Duration {
            let message = [UInt8](String(repeating: pattern, count: count).utf8)
            return clock.measure { _ = try? Self.encode([message]) }
        }
        // A quadratic encoder would take minutes for a mebibyte; this bound is generous to a busy machine.
        #expect(time(1 << 20) < .seconds(30))
    }
}
