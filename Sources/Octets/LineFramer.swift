/// One line found at the start of a run of octets.
public struct LineFrame: Sendable, Hashable {
    /// The number of octets before the line end.
    public let contentLength: Int
    /// The number of octets with the line end.
    public let length: Int
    /// Whether the line ended with CRLF; false for a bare LF.
    public var endsWithCRLF: Bool { length - contentLength == 2 }
}

/// A line that is longer than its framer allows.
public struct LineTooLong: Error, Sendable, Hashable {
    /// The most octets a line may have, its end not counted.
    public let limit: Int
}

/// Finds the next line of a stream that arrives in pieces of any size.
///
/// It remembers how far it has searched, so that octets that trickle in one by one are each looked at once.
public struct LineFramer: Sendable {
    /// The most octets a line may have, its end not counted.
    public var limit: Int

    private var searched = 0

    /// A framer for lines of at most `limit` octets, the line end not counted.
    public init(limit: Int) {
        self.limit = limit
    }

    /// The line at the start of `octets`, nil as long as its end has not arrived.
    ///
    /// `octets` must begin where the last line that was found ended; the caller consumes `LineFrame.length` octets.
    /// - Throws: `LineTooLong` as soon as the line cannot fit any more, whether or not its end has arrived.
    public mutating func next(in octets: Span<UInt8>) throws(LineTooLong) -> LineFrame? {
        guard let end = octets.firstOffset(of: ASCII.lf, from: min(searched, octets.count)) else {
            searched = octets.count
            // The last octet may be the CR of the line end.
            let endsWithCR = octets.count > 0 && octets[octets.count - 1] == ASCII.cr
            if octets.count - (endsWithCR ? 1 : 0) > limit { throw LineTooLong(limit: limit) }
            return nil
        }
        let content = end > 0 && octets[end - 1] == ASCII.cr ? end - 1 : end
        if content > limit { throw LineTooLong(limit: limit) }
        searched = 0
        return LineFrame(contentLength: content, length: end + 1)
    }

    /// The line at the start of the unread octets of `buffer`, as `next(in:)` finds it there.
    public mutating func next(in buffer: borrowing ReceiveBuffer) throws(LineTooLong) -> LineFrame? {
        try next(in: buffer.octets)
    }

    /// Forgets how far it has searched: the stream goes on at another place.
    public mutating func reset() {
        searched = 0
    }
}
