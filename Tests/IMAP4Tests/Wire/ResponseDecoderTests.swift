import IMAP4
import Octets
import Testing

/// What a decoder makes of octets, neighbouring pieces of a section joined.
private func parts(_ pieces: [[UInt8]], limits: IMAP4Limits) -> (parts: [ResponsePart], fault: ResponseFault?) {
    var decoder = ResponseDecoder(limits: limits)
    var input = ReceiveBuffer()
    var parts: [ResponsePart] = []
    for piece in pieces {
        input.append(piece.span)
        do throws(ResponseFault) {
            while let part = try decoder.next(&input) {
                if case .contentOctets(let later) = part, case .contentOctets(let earlier)? = parts.last {
                    parts[parts.count - 1] = .contentOctets(earlier + later)
                } else {
                    parts.append(part)
                }
            }
        } catch {
            return (parts, error)
        }
    }
    return (parts, nil)
}

@Suite struct ResponseDecoderTests {
    private var limits: IMAP4Limits {
        var limits = IMAP4Limits()
        limits.streamingThreshold = 8
        limits.chunkLength = 5
        return limits
    }

    /// FETCH responses whose sections are streamed, held, quoted and absent, in any order with other items.
    private static let wire = Array(
        """
        * 3 FETCH (UID 7 BODY[HEADER.FIELDS ({4}\r\nDate "X-]y")] {9}\r\n(x) "y\r\n\0 ENVELOPE ({3}\r\nd)t {20}\r\n\
        BODY[] {5}\r\nabc d ef NIL NIL NIL NIL NIL NIL NIL NIL) BODY[1]<5> {10}\r\n0123456789 BODY[2] {8}\r\n01234567 \
        BODY[3] "q" BODY[4] NIL RFC822.HEADER {9}\r\n* 9 EXPUN X-FOO ({11}\r\nBODY[] {99} y) \
        BODYSTRUCTURE ("TEXT" {5}\r\nPLAIN NIL NIL NIL "7BIT" 1 1))\r\n* 4 EXISTS\r\n
        """.utf8)

    @Test func `sections are streamed whatever stands around them`() throws {
        let (parts, fault) = parts([Self.wire], limits: limits)
        #expect(fault == nil)
        let sections = parts.compactMap { part -> MessageContent? in
            if case .contentBegan(let content, _) = part { content } else { nil }
        }
        #expect(sections.map(\.description) == ["BODY[HEADER.FIELDS (Date X-]y)]", "BODY[1]<5>", "RFC822.HEADER"])
        let octets = parts.compactMap { part -> [UInt8]? in
            if case .contentOctets(let octets) = part { octets } else { nil }
        }
        #expect(octets == ["(x) \"y\r\n\0", "0123456789", "* 9 EXPUN"].map { Array($0.utf8) })
        let attributes = parts.flatMap { part -> [MessageAttribute] in
            switch part {
            case .fetchBegan(_, let attributes), .fetchContinued(let attributes): attributes
            default: []
            }
        }
        try #require(attributes.count == 7)
        #expect(attributes[0] == .uid(try #require(UID(7))))
        guard case .envelope(let envelope) = attributes[1] else {
            Issue.record("no envelope: \(attributes)")
            return
        }
        #expect(envelope.date == "d)t")
        #expect(envelope.subject == IMAP4Text("BODY[] {5}\r\nabc d ef"))
        #expect(attributes[2] == .content(MessageContent(.body("2")), octets: "01234567"))
        #expect(attributes[3] == .content(MessageContent(.body("3")), octets: "q"))
        #expect(attributes[4] == .content(MessageContent(.body("4")), octets: nil))
        #expect(attributes[5] == .other(name: "X-FOO", .list([.string("BODY[] {99}"), .atom("y")])))
        guard case .bodyStructure(let structure) = attributes[6] else {
            Issue.record("no structure")
            return
        }
        #expect(structure.mediaType == "text/plain")
        #expect(parts.last == .response(.untagged(.exists(4))))
    }

    @Test func `any delivery gives the same parts`() {
        let whole = parts([Self.wire], limits: limits).parts
        #expect(parts(Self.wire.map { [$0] }, limits: limits).parts == whole)
        for first in 1..<Self.wire.count {
            let pieces = [Array(Self.wire[..<first]), Array(Self.wire[first...])]
            #expect(parts(pieces, limits: limits).parts == whole, "cut at \(first)")
        }
        for first in stride(from: 1, to: Self.wire.count - 1, by: 7) {
            for second in stride(from: first + 1, to: Self.wire.count, by: 5) {
                let pieces = [
                    Array(Self.wire[..<first]), Array(Self.wire[first..<second]), Array(Self.wire[second...]),
                ]
                #expect(parts(pieces, limits: limits).parts == whole, "cut at \(first) and \(second)")
            }
        }
    }

    @Test(arguments: [7, 8, 9]) func `the threshold divides values from streams`(size: Int) {
        let body = String(repeating: "x", count: size)
        let parts = parts([Array("* 1 FETCH (BODY[] {\(size)}\r\n\(body))\r\n".utf8)], limits: limits).parts
        let isStreamed = parts.contains { if case .contentBegan = $0 { true } else { false } }
        #expect(isStreamed == (size > 8))
    }

    @Test func `a streamed literal costs what arrives of it`() throws {
        var decoder = ResponseDecoder()
        var input = ReceiveBuffer()
        input.append(Array("* 1 FETCH (BODY[] {9223372036854775807}\r\n".utf8).span)
        while try decoder.next(&input) != nil {}
        #expect(input.isEmpty)
        #expect(input.capacity < 65_536)
        for _ in 0..<100 {
            input.append([UInt8](repeating: 1, count: 10_000).span)
            while try decoder.next(&input) != nil {}
        }
        #expect(input.capacity < 65_536)
        #expect(decoder.isInsideResponse)
    }

    @Test(arguments: [
        (limit: 21, "* LIST () \"/\" abcdefg\r\n", true), (limit: 20, "* LIST () \"/\" abcdefg\r\n", false),
        (limit: 19, "* LIST () \"/\" abcdefg\r\n", false), (limit: 21, "* LIST () \"/\" {3}\r\nabc\r\n", true),
        (limit: 17, "* LIST () \"/\" {3}\r\nabc\r\n", true), (limit: 16, "* LIST () \"/\" {3}\r\nabc\r\n", false),
    ])
    func `lines count without their literals`(limit: Int, wire: String, isRead: Bool) {
        var limits = IMAP4Limits()
        limits.lineLength = limit
        for pieces in [[Array(wire.utf8)], Array(wire.utf8).map { [$0] }] {
            let (parts, fault) = parts(pieces, limits: limits)
            #expect(parts.count == (isRead ? 1 : 0))
            #expect((fault == nil) == isRead)
        }
    }

    @Test(arguments: [(9, true), (10, true), (11, false)])
    func `a held literal has a limit that is known when it is announced`(size: Int, isRead: Bool) {
        var limits = IMAP4Limits()
        limits.literalLength = 10
        let announcement = Array("* LIST () \"/\" {\(size)}\r\n".utf8)
        #expect((parts([announcement], limits: limits).fault == nil) == isRead)
        limits.literalLength = 1 << 20
        limits.responseLength = announcement.count + 10
        #expect((parts([announcement], limits: limits).fault == nil) == isRead)
    }

    @Test func `every octet is looked at once for line ends, however it arrives`() throws {
        func examined(_ count: Int) throws -> Int {
            var decoder = ResponseDecoder()
            var input = ReceiveBuffer()
            let entry = "(NIL NIL \"a\" \"b\")"
            let list = String(repeating: entry, count: count)
            let literals = String(repeating: " {3}\r\nabc", count: count)
            let wire = "* 1 FETCH (ENVELOPE (NIL NIL (\(list)) NIL NIL NIL NIL NIL NIL NIL))\r\n* XFOO\(literals)\r\n"
            var responses = 0
            for octet in wire.utf8 {
                input.append([octet].span)
                while try decoder.next(&input) != nil { responses += 1 }
            }
            #expect(responses == 2)
            return decoder.examined
        }
        let once = try examined(300)
        let twice = try examined(600)
        #expect(Double(twice) <= 2.2 * Double(once))
    }

    @Test func `levels of parentheses are counted, also on a small stack`() {
        for (depth, isRead) in [(99, true), (100, false), (10_000, false)] {
            // One level is the list of items.
            let open = String(repeating: "(", count: depth)
            let close = String(repeating: ")", count: depth)
            let (_, fault) = parts([Array("* 1 FETCH (X \(open)1\(close))\r\n".utf8)], limits: IMAP4Limits())
            #expect((fault == nil) == isRead, "depth \(depth)")
        }
        let part = "(\"TEXT\" \"PLAIN\" NIL NIL NIL NIL 1 1)"
        let nested = (0..<98).reduce(part) { structure, _ in "(\(structure) \"MIXED\")" }
        let (read, fault) = parts([Array("* 1 FETCH (BODYSTRUCTURE \(nested))\r\n".utf8)], limits: IMAP4Limits())
        #expect(fault == nil)
        #expect(read.count == 1)
    }
}
