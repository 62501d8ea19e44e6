internal import Octets

extension MessageParser {
    /// A delimiter line of an open multipart.
    struct Delimiter {
        /// The line with its line end.
        var line: Range<Int>
        /// The place of the multipart in the stack of open parts.
        var level: Int
        var isClose: Bool
        /// Where the part before it ends: the line end before a delimiter belongs to the delimiter.
        var contentEnd: Int
    }

    /// The first delimiter line at or after `start`, which is the start of a line.
    func nextDelimiter(from start: Int) -> Delimiter? {
        let octets = octets
        let span = octets.span
        var position = start
        while position < span.count {
            if span[position] == ASCII.hyphen, var found = delimiter(at: position) {
                if position > start {
                    found.contentEnd = position >= 2 && span[position - 2] == ASCII.cr ? position - 2 : position - 1
                }
                found.contentEnd = max(found.contentEnd, start)
                return found
            }
            guard let lineEnd = span.firstOffset(of: ASCII.lf, from: position) else { return nil }
            position = lineEnd + 1
        }
        return nil
    }

    /// The delimiter line at `position`, nil where the line there delimits none of the open multiparts.
    ///
    /// `dash-boundary transport-padding` and `close-delimiter transport-padding`, RFC 2046 §5.1.1. The whole line is
    /// compared, so that a boundary that begins another is not taken for it; the innermost multipart comes first.
    func delimiter(at position: Int) -> Delimiter? {
        let octets = octets
        let span = octets.span
        guard position + 2 < span.count, span[position] == ASCII.hyphen, span[position + 1] == ASCII.hyphen else {
            return nil
        }
        let lineEnd = span.firstOffset(of: ASCII.lf, from: position)
        var end = lineEnd ?? span.count
        while end > position, span[end - 1].isWhiteSpace || span[end - 1] == ASCII.cr { end -= 1 }
        let text = span.extracting((position + 2)..<max(end, position + 2))
        guard !text.isEmpty, text.count <= limits.boundaryLength + 2 else { return nil }
        let mayClose = text.count > 2 && text[text.count - 1] == ASCII.hyphen && text[text.count - 2] == ASCII.hyphen
        for level in stride(from: open.count - 1, through: 0, by: -1) {
            guard let boundary = open[level].boundary else { continue }
            let isOpening = text.count == boundary.count && text.hasPrefix(boundary.span)
            let isClose = !isOpening && mayClose && text.count - 2 == boundary.count && text.hasPrefix(boundary.span)
            guard isOpening || isClose else { continue }
            let line = position..<(lineEnd.map { $0 + 1 } ?? span.count)
            return Delimiter(line: line, level: level, isClose: isClose, contentEnd: position)
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether the octets begin with `prefix`.
    func hasPrefix(_ prefix: Span<UInt8>) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return true
    }
}
