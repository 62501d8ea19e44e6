import MailTestKit
import Octets
import Testing

@testable import POP3

@Suite struct DotUnstufferTests {
    /// The content and the length with its end, found in the whole with the words of RFC 1939 §3; nil as length without an end.
    private static func naive(_ octets: [UInt8]) -> (content: [UInt8], length: Int?) {
        var content: [UInt8] = []
        var start = 0
        while start < octets.count {
            // A line, with its CRLF where it has one.
            var end = start
            while end < octets.count, !(end > start && octets[end - 1] == 0x0D && octets[end] == 0x0A) { end += 1 }
            let isWhole = end < octets.count
            let line = Array(octets[start..<(isWhole ? end + 1 : end)])
            if line == [0x2E, 0x0D, 0x0A] { return (content, start + 3) }
            content += line.first == 0x2E ? Array(line.dropFirst()) : line
            start += line.count
        }
        return (content, nil)
    }

    private static func unstuff(_ octets: [UInt8], ends: [Int]) -> (content: [UInt8], used: Int, isComplete: Bool) {
        var unstuffer = DotUnstuffer()
        var content: [UInt8] = []
        var used = 0
        var start = 0
        for end in ends {
            let count = unstuffer.unstuff(octets.span.extracting(start..<end), into: &content)
            used += count
            if unstuffer.isComplete { break }
            start = end
        }
        return (content, used, unstuffer.isComplete)
    }

    /// All strings of up to seven octets over CR, LF, the dot and another, cut at every place and byte by byte.
    @Test(arguments: 0...7)
    func `all short strings, at every cut, equal the naive reading`(length: Int) {
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x2E, 0x61]
        var wrong = 0
        for number in 0..<(1 << (2 * length)) {
            let octets = (0..<length).map { alphabet[(number >> (2 * $0)) & 3] }
            let expected = Self.naive(octets)
            // A CR behind a dot at the end of all octets is kept back, since it may belong to the end.
            let keepsBack = expected.length == nil && Self.endsWithDotCR(octets)
            let content = keepsBack ? Array(expected.content.dropLast()) : expected.content
            let cuts = (0...length).map { [$0, length] } + [Array(0...length)]
            for ends in cuts {
                let found = Self.unstuff(octets, ends: ends)
                let isRight =
                    found.content == content && found.isComplete == (expected.length != nil)
                    && found.used == (expected.length ?? length)
                if !isRight { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    private static func endsWithDotCR(_ octets: [UInt8]) -> Bool {
        octets == [0x2E, 0x0D] || octets.suffix(4) == [0x0D, 0x0A, 0x2E, 0x0D]
    }

    /// All strings of five octets, cut at every two places.
    @Test func `all strings of five octets, at every pair of cuts`() {
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x2E, 0x61]
        var wrong = 0
        for number in 0..<1024 {
            // A line before and an end behind, so that every place of a message is met.
            let octets =
                Array("x\r\n".utf8) + (0..<5).map { alphabet[(number >> (2 * $0)) & 3] } + Array("\r\n.\r\n".utf8)
            let expected = Self.naive(octets)
            for first in 0...octets.count {
                for second in first...octets.count {
                    let found = Self.unstuff(octets, ends: [first, second, octets.count])
                    if found.content != expected.content || found.used != expected.length { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `what was stuffed is unstuffed, whatever the pieces`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x2E, 0x2E, 0x61, 0x00, 0xFF]
        for _ in 0..<100 {
            var content = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            content += [0x0D, 0x0A]
            let octets = Array(POP3Response(.ok, content: content).encoded().octets.dropFirst(5))
            var ends: [Int] = [0]
            while let last = ends.last, last < octets.count {
                ends.append(min(last + Int.random(in: 1...7, using: &random), octets.count))
            }
            let found = Self.unstuff(octets, ends: ends)
            #expect(found.content == content)
            #expect(found.isComplete)
            #expect(found.used == octets.count)
        }
    }

    @Test func `content is read in linear time`() {
        func time(_ count: Int) -> Int64 {
            let octets = Array(String(repeating: "..\r\n.\r.\n", count: count).utf8)
            var content: [UInt8] = []
            content.reserveCapacity(octets.count)
            return ThreadClock.measure {
                content.removeAll(keepingCapacity: true)
                var unstuffer = DotUnstuffer()
                _ = unstuffer.unstuff(octets.span, into: &content)
            }
        }
        // Sixteen times the content would take 256 times as long if anything were read again and again.
        #expect(time(160_000) < time(10_000) * 80)
    }
}
