internal import Octets

/// Undoes the byte-stuffing of multi-line content that arrives in pieces of any size, and finds its end (RFC 1939 §3).
///
/// Lines end with CRLF and with nothing else: a bare CR or LF is content, a dot behind it is neither stuffing nor the end. A
/// server that takes another view cannot have a message cut short or continued by what a stranger wrote into it.
struct DotUnstuffer: Sendable {
    /// What the last octets were, as far as the next ones mean something else because of them.
    private enum Place: Sendable {
        case lineStart
        case insideLine
        case behindCR
        case behindDot
        case behindDotCR
    }

    private var place = Place.lineStart

    /// Whether the line with the single dot has been passed.
    private(set) var isComplete = false

    /// Appends the content in `octets` to `content`, up to the end of either.
    ///
    /// - Returns: how many octets were used: all of them, or those up to and with the line that ends the content.
    mutating func unstuff(_ octets: Span<UInt8>, into content: inout [UInt8]) -> Int {
        var index = 0
        // Octets that are content and not yet copied: dots are cut out between runs.
        var run = 0
        while index < octets.count, !isComplete {
            switch place {
            case .lineStart:
                if octets[index] == ASCII.dot {
                    content.append(copying: octets.extracting(run..<index))
                    index += 1
                    run = index
                    place = .behindDot
                } else {
                    place = .insideLine
                }
            case .behindDot:
                if octets[index] == ASCII.cr {
                    index += 1
                    place = .behindDotCR
                } else {
                    place = .insideLine
                }
            case .behindDotCR:
                if octets[index] == ASCII.lf {
                    index += 1
                    isComplete = true
                } else {
                    // The CR was content after all; it may have come with an earlier piece.
                    content.append(ASCII.cr)
                    place = .behindCR
                }
                run = index
            case .behindCR:
                if octets[index] == ASCII.lf {
                    index += 1
                    place = .lineStart
                } else {
                    place = .insideLine
                }
            case .insideLine:
                index = passLine(octets, from: index)
            }
        }
        // A CR behind a dot at the line's start is kept back until it is known what it is.
        let end = place == .behindDotCR || isComplete ? run : index
        content.append(copying: octets.extracting(run..<end))
        return index
    }

    /// The same for the first `length` octets of `input`, which must have as many.
    mutating func unstuff(_ input: borrowing ReceiveBuffer, upTo length: Int, into content: inout [UInt8]) -> Int {
        unstuff(input.octets.extracting(0..<length), into: &content)
    }

    /// Passes what is left of a line, or all there is.
    private mutating func passLine(_ octets: Span<UInt8>, from start: Int) -> Int {
        guard let end = octets.firstOffset(of: ASCII.lf, from: start) else {
            if octets[octets.count - 1] == ASCII.cr { place = .behindCR }
            return octets.count
        }
        if end > start, octets[end - 1] == ASCII.cr { place = .lineStart }
        return end + 1
    }
}
