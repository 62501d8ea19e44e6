internal import Octets

/// A part of the octets that a framer has found.
enum FramedPart: Sendable, Hashable {
    /// The end of a response: its content without the line end, and its length with it.
    case end(contentLength: Int, length: Int)
    /// A literal that is octets of a message and too long to hold: the offset of its mark, the length up to its first
    /// octet, its size.
    case streamedLiteral(mark: Int, length: Int, size: UInt64)
}

/// Finds where responses end: lines, and the literals that a line announces with its last octets (RFC 3501 §4.3).
///
/// It needs no grammar, so it finds the end of responses that follow none. The text of a status response is left
/// alone: `{5}` at its end announces nothing. It remembers how far it has searched, so octets that trickle in are
/// each looked at once.
struct ResponseFramer: Sendable {
    private enum Kind { case unknown, fetch, text, openCode, data }

    private let limits: IMAP4Limits
    private let quirks: IMAP4Quirks
    private var kind = Kind.unknown
    private var searched = 0
    private var lineStart = 0
    private var literalEnd: Int?
    private var lineOctets = 0
    private var scanner = FetchScanner()

    /// How many octets were looked at so far, each counted as often as it was.
    private(set) var examined = 0

    init(limits: IMAP4Limits, quirks: IMAP4Quirks) {
        self.limits = limits
        self.quirks = quirks
    }

    /// Whether a response has begun and not ended.
    var isInsideResponse: Bool { kind != .unknown || searched > 0 || literalEnd != nil }

    /// The next part, nil as long as its end has not arrived.
    ///
    /// `octets` begin where the last part ended, behind a streamed literal with its last octet.
    mutating func next(in octets: Span<UInt8>) throws(ResponseFault) -> FramedPart? {
        while true {
            if let end = literalEnd {
                guard octets.count >= end else { return nil }
                literalEnd = nil
                lineStart = end
                searched = end
            }
            guard let lineEnd = try findLineEnd(in: octets) else { return nil }
            let content = lineEnd > lineStart && octets[lineEnd - 1] == ASCII.cr ? lineEnd - 1 : lineEnd
            lineOctets += content - lineStart
            try check(lineOctets, against: limits.lineLength, "octets of a response outside its literals")
            if kind == .unknown { kind = Self.kind(of: octets.extracting(0..<content)) }
            guard let literal = try literalMark(in: octets, from: lineStart, to: content) else {
                begin(.unknown)
                return .end(contentLength: content, length: lineEnd + 1)
            }
            if kind == .fetch {
                scanner.scan(octets.extracting(lineStart..<literal.start))
                if literal.size > UInt64(clamping: limits.streamingThreshold), scanner.isBeforeContent {
                    scanner.passLiteral()
                    let scanner = scanner
                    let lineOctets = lineOctets
                    begin(.fetch)
                    self.scanner = scanner
                    self.lineOctets = lineOctets
                    return .streamedLiteral(mark: literal.start, length: lineEnd + 1, size: literal.size)
                }
                scanner.passLiteral()
            }
            guard let size = Int(exactly: literal.size), size <= limits.literalLength else {
                throw .tooLarge(IMAP4LimitExceeded("octets of a literal", limit: limits.literalLength))
            }
            let (end, overflowed) = (lineEnd + 1).addingReportingOverflow(size)
            try check(overflowed ? .max : end, against: limits.responseLength, "octets of a response held together")
            literalEnd = end
        }
    }

    private mutating func begin(_ kind: Kind) {
        self.kind = kind
        searched = 0
        lineStart = 0
        literalEnd = nil
        lineOctets = 0
        scanner = FetchScanner()
    }

    private mutating func findLineEnd(in octets: Span<UInt8>) throws(ResponseFault) -> Int? {
        while let lineEnd = octets.firstOffset(of: ASCII.lf, from: min(searched, octets.count)) {
            examined += lineEnd + 1 - searched
            searched = lineEnd + 1
            let endsWithCRLF = lineEnd > lineStart && octets[lineEnd - 1] == ASCII.cr
            if endsWithCRLF || quirks.contains(.bareLineFeed) { return lineEnd }
        }
        examined += octets.count - searched
        searched = octets.count
        // The last octet may be the CR of the line end.
        try check(
            lineOctets + octets.count - lineStart - 1, against: limits.lineLength,
            "octets of a response outside its literals")
        return nil
    }

    private func check(_ count: Int, against limit: Int, _ what: String) throws(ResponseFault) {
        guard count <= limit else { throw .tooLarge(IMAP4LimitExceeded(what, limit: limit)) }
    }

    /// The literal that a line announces with its end: `"{" number64 ["+"] "}"`, with `~` before it for literal8.
    private mutating func literalMark(
        in octets: Span<UInt8>, from start: Int, to end: Int
    ) throws(ResponseFault) -> (start: Int, size: UInt64)? {
        guard end > start, octets[end - 1] == 0x7D, mayHoldLiteral(octets.extracting(start..<end)) else { return nil }
        var first = end - 1
        if first > start, octets[first - 1] == ASCII.plus { first -= 1 }
        let digitsEnd = first
        while first > start, octets[first - 1].isDigit { first -= 1 }
        guard first < digitsEnd, first > start, octets[first - 1] == 0x7B else { return nil }
        var cursor = OctetCursor(octets.extracting(first..<digitsEnd))
        guard let size = cursor.number(UInt64.self), size <= UInt64(Int64.max) else {
            throw .malformed(GrammarError(rule: "number64", offset: first, in: octets))
        }
        let mark = first - 1
        return (mark > start && octets[mark - 1] == 0x7E ? mark - 1 : mark, size)
    }

    private mutating func mayHoldLiteral(_ line: Span<UInt8>) -> Bool {
        switch kind {
        case .text: return false
        case .openCode:
            guard line.firstOffset(of: 0x5D) == nil else {
                kind = .text
                return false
            }
            return true
        case .unknown, .fetch, .data: return true
        }
    }

    /// What the first line of a response shows it to be.
    private static func kind(of line: Span<UInt8>) -> Kind {
        var cursor = OctetCursor(line)
        let isUntagged = cursor.skip(ASCII.asterisk) && cursor.skip(ASCII.space)
        if !isUntagged {
            cursor.move(to: 0)
            if cursor.skip(ASCII.plus) { return .text }
            _ = cursor.take { $0 != ASCII.space }
            _ = cursor.skip(ASCII.space)
        }
        let number: UInt32? = cursor.number()
        if number != nil, cursor.skipIgnoringCase(" FETCH ") { return .fetch }
        let word = cursor.take(while: \.isAlpha)
        let isStatus =
            word.equalsIgnoringCase("OK") || word.equalsIgnoringCase("NO") || word.equalsIgnoringCase("BAD")
            || word.equalsIgnoringCase("BYE") || word.equalsIgnoringCase("PREAUTH")
        guard isStatus || !isUntagged else { return .data }
        return cursor.skip(ASCII.space) && cursor.peek == 0x5B ? .openCode : .text
    }
}
