internal import Octets

/// Turns a message, given in pieces of any size, into what follows DATA (RFC 5321 §4.5.2).
///
/// Its output holds CR and LF only as CRLF, no line begins with a single dot, and so CRLF.CRLF stands at its end
/// alone: nothing in a message can end it early or start another, whichever line ends the server believes in.
struct DataEncoder: Sendable, Hashable {
    /// The most octets in a line, its end and a doubled dot not counted (RFC 5321 §4.5.3.1.6).
    static let lineLimit = 998

    /// What becomes of bare CR and LF.
    let lineEnds: LineEndPolicy
    /// Whether the body may hold octets above 127.
    let allowsEightBitBody: Bool
    /// Whether the header may.
    let allowsEightBitHeader: Bool

    /// The octets so far with every line end as CRLF, dots not doubled: the message size of RFC 1870 §3.
    private(set) var size = 0
    /// Whether the body held an octet above 127.
    private(set) var hasEightBitBody = false
    /// Whether the header did.
    private(set) var hasEightBitHeader = false

    private var lineLength = 0
    private var endsWithCR = false
    private var isInHeader = true
    private var consumed = 0

    /// An encoder before the first octet.
    init(lineEnds: LineEndPolicy, allowsEightBitBody: Bool, allowsEightBitHeader: Bool) {
        self.lineEnds = lineEnds
        self.allowsEightBitBody = allowsEightBitBody
        self.allowsEightBitHeader = allowsEightBitHeader
    }

    /// Adds the octets of `chunk`, encoded, to `output`.
    ///
    /// A CR at the end is held back until what follows is known. After an error neither the encoder nor what it added
    /// may be used.
    mutating func encode(_ chunk: [UInt8], into output: inout [UInt8]) throws(ContentFault) {
        let octets = chunk.span
        var nextCR = octets.firstOffset(of: ASCII.cr) ?? octets.count
        var nextLF = octets.firstOffset(of: ASCII.lf) ?? octets.count
        var index = 0
        // What lies before `index` and after `copied` goes out as it is, in one piece.
        var copied = 0
        if endsWithCR, !octets.isEmpty {
            endsWithCR = false
            if octets[0] == ASCII.lf { index = 1 } else { try acceptBareLineEnd(at: -1) }
            copied = index
            endLine()
            output.append(contentsOf: [ASCII.cr, ASCII.lf])
        }
        while index < octets.count {
            if nextCR < index { nextCR = octets.firstOffset(of: ASCII.cr, from: index) ?? octets.count }
            if nextLF < index { nextLF = octets.firstOffset(of: ASCII.lf, from: index) ?? octets.count }
            let end = min(nextCR, nextLF)
            if lineLength == 0, octets[index] == ASCII.dot {
                output.append(contentsOf: chunk[copied..<index])
                output.append(ASCII.dot)
                copied = index
            }
            try check(octets.extracting(index..<end), at: index)
            lineLength += end - index
            size += end - index
            index = end
            guard end < octets.count else { break }
            if end == nextCR, end + 1 == octets.count {
                output.append(contentsOf: chunk[copied..<end])
                copied = octets.count
                index = octets.count
                endsWithCR = true
            } else if end == nextCR, octets[end + 1] == ASCII.lf {
                index = end + 2
                endLine()
            } else {
                try acceptBareLineEnd(at: end)
                output.append(contentsOf: chunk[copied..<end])
                output.append(contentsOf: [ASCII.cr, ASCII.lf])
                index = end + 1
                copied = index
                endLine()
            }
        }
        output.append(contentsOf: chunk[copied...])
        consumed += chunk.count
    }

    /// Adds what ends the message to `output`: the end of the last line where it is missing, a dot, and the end of
    /// its line.
    mutating func finish(into output: inout [UInt8]) throws(ContentFault) {
        if endsWithCR {
            try acceptBareLineEnd(at: -1)
            endsWithCR = false
            endLine()
            output.append(contentsOf: [ASCII.cr, ASCII.lf])
        }
        if lineLength > 0 {
            endLine()
            output.append(contentsOf: [ASCII.cr, ASCII.lf])
        }
        output.append(contentsOf: [ASCII.dot, ASCII.cr, ASCII.lf])
    }

    private mutating func endLine() {
        if lineLength == 0 { isInHeader = false }
        lineLength = 0
        size += 2
    }

    /// Looks at a piece of a line, which begins at `offset` of the chunk.
    private mutating func check(_ piece: Span<UInt8>, at offset: Int) throws(ContentFault) {
        guard lineLength + piece.count <= Self.lineLimit else {
            throw ContentFault(reason: .lineTooLong, offset: consumed + offset - lineLength)
        }
        var union: UInt8 = 0
        for index in 0..<piece.count { union |= piece[index] }
        guard union >= 0x80 else { return }
        if isInHeader { hasEightBitHeader = true } else { hasEightBitBody = true }
        guard isInHeader ? allowsEightBitHeader : allowsEightBitBody else {
            var index = 0
            while index < piece.count, piece[index] < 0x80 { index += 1 }
            throw ContentFault(reason: isInHeader ? .eightBitHeader : .eightBitBody, offset: consumed + offset + index)
        }
    }

    private func acceptBareLineEnd(at offset: Int) throws(ContentFault) {
        guard lineEnds == .normalize else { throw ContentFault(reason: .bareLineEnd, offset: consumed + offset) }
    }
}
