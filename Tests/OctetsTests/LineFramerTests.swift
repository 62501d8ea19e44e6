import Testing

@testable import Octets

@Suite struct LineFramerTests {
    /// The lines found in `pieces`, and whether a line was too long.
    private func frame(_ pieces: [ArraySlice<UInt8>], limit: Int) -> (lines: [String], tooLong: Bool, left: Int) {
        var framer = LineFramer(limit: limit)
        var buffer = ReceiveBuffer()
        var lines: [String] = []
        for piece in pieces {
            buffer.append(Array(piece).span)
            do {
                while let found = try framer.next(in: buffer) {
                    lines.append(String(decoding: buffer.octets.extracting(0..<found.contentLength)))
                    #expect(found.length - found.contentLength == (found.endsWithCRLF ? 2 : 1))
                    buffer.consume(found.length)
                }
            } catch {
                #expect(error.limit == limit)
                return (lines, true, buffer.count)
            }
        }
        return (lines, false, buffer.count)
    }

    static let known: [(String, [String], Int)] = [
        ("", [], 0), ("a", [], 1), ("\r", [], 1), ("a\r\n", ["a"], 0), ("\r\n", [""], 0), ("\n", [""], 0),
        ("a\nb\r\nc", ["a", "b"], 1),
        ("a\r\r\n", ["a\r"], 0), ("a\rb\r\n", ["a\rb"], 0), ("\r\n\r\n\n", ["", "", ""], 0), ("\0\r\n", ["\0"], 0),
    ]

    @Test(arguments: known)
    func `lines are found whole, byte by byte and at every cut`(text: String, lines: [String], left: Int) {
        let octets = Array(text.utf8)
        let cuts = [[]] + octets.indices.dropFirst().map { [$0] } + [Array(octets.indices.dropFirst())]
        for cut in cuts {
            let ends = cut + [octets.count]
            let pieces = zip([0] + cut, ends).map { octets[$0..<$1] }
            let found = frame(pieces, limit: 10)
            #expect(found.lines == lines)
            #expect(found.left == left)
            #expect(!found.tooLong)
        }
    }

    @Test(arguments: ["\r\n", "\n"], [0, 1, 5, 100])
    func `the limit counts what stands before the line end`(end: String, limit: Int) {
        for (length, fits) in [(limit - 1, true), (limit, true), (limit + 1, false), (limit + 2, false)]
        where length >= 0 {
            let octets = Array((String(repeating: "x", count: length) + end).utf8)
            for pieces in [[octets[...]], octets.indices.map { octets[$0...$0] }] {
                let found = frame(pieces, limit: limit)
                #expect(found.tooLong == !fits)
                #expect(found.lines.count == (fits ? 1 : 0))
            }
        }
    }

    @Test func `a line that cannot fit any more is refused before its end`() throws {
        var framer = LineFramer(limit: 3)
        #expect(try framer.next(in: Array("xxx".utf8).span) == nil)
        #expect(try framer.next(in: Array("xxx\r".utf8).span) == nil)
        #expect(throws: LineTooLong(limit: 3)) { try framer.next(in: Array("xxx\r\r".utf8).span) }
        var other = LineFramer(limit: 3)
        #expect(throws: LineTooLong(limit: 3)) { try other.next(in: Array("xxxx".utf8).span) }
    }

    @Test func `no limit is too large to be counted with`() throws {
        var framer = LineFramer(limit: .max)
        #expect(try framer.next(in: Array("xxx".utf8).span) == nil)
        #expect(try framer.next(in: Array("xxx\r\n".utf8).span)?.contentLength == 3)
    }

    @Test func `a limit below zero fits nothing`() {
        var framer = LineFramer(limit: -1)
        #expect(throws: LineTooLong.self) { try framer.next(in: Array("\r\n".utf8).span) }
        var other = LineFramer(limit: .min)
        #expect(throws: LineTooLong.self) { try other.next(in: Array("x".utf8).span) }
    }

    @Test func `what was searched is not searched again`() throws {
        // The search begins behind what was seen: a line feed that is put there afterwards is not found.
        var framer = LineFramer(limit: 100)
        #expect(try framer.next(in: Array("abc".utf8).span) == nil)
        #expect(try framer.next(in: Array("a\ncd".utf8).span) == nil)
        framer.reset()
        #expect(try framer.next(in: Array("a\ncd".utf8).span)?.length == 2)
    }

    @Test func `a megabyte in single octets takes no longer than it must`() throws {
        let clock = ContinuousClock()
        var framer = LineFramer(limit: .max)
        let octets = [UInt8](repeating: 0x78, count: 1 << 20)
        var found = 0
        let time = try clock.measure {
            for count in 0..<octets.count where try framer.next(in: octets.span.extracting(0..<count)) != nil {
                found += 1
            }
        }
        #expect(found == 0)
        // Searching from the start each time would look at 5 * 10^11 octets.
        #expect(time < .seconds(30))
    }
}
