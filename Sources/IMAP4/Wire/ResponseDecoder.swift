package import Octets

/// What a decoder has read.
package enum ResponsePart: Sendable, Hashable {
    /// A response whole.
    case response(IMAP4Response)
    /// A FETCH response with octets of a message that are too many to hold: its items, then the octets, then more of
    /// both.
    case fetchBegan(SequenceNumber, [MessageAttribute])
    /// Octets of a message follow, so many.
    case contentBegan(MessageContent, size: UInt64)
    /// The next octets of the message.
    case contentOctets([UInt8])
    /// The octets of the message are complete.
    case contentEnded
    /// Items behind octets of the message.
    case fetchContinued([MessageAttribute])
    /// The FETCH response is complete.
    case fetchEnded
}

/// Reads responses from octets that arrive in pieces of any size.
///
/// Memory grows with what has arrived, never with what was announced. What it reads does not depend on the pieces,
/// but for the lengths of `contentOctets`.
package struct ResponseDecoder: Sendable {
    private enum State {
        case response
        case content(remaining: UInt64)
        case fetchRest
    }

    private let limits: IMAP4Limits
    private var framer: ResponseFramer
    private var state = State.response
    private var ready: [ResponsePart] = []
    private var readyIndex = 0

    /// A decoder at the start of a connection.
    package init(limits: IMAP4Limits = IMAP4Limits(), quirks: IMAP4Quirks = .standard) {
        self.limits = limits
        framer = ResponseFramer(limits: limits, quirks: quirks)
    }

    /// Whether a response has begun and not ended.
    package var isInsideResponse: Bool {
        if case .response = state { return framer.isInsideResponse || readyIndex < ready.count }
        return true
    }

    /// How many octets were looked at in search of line ends, each counted as often as it was.
    package var examined: Int { framer.examined }

    /// The next part; nil as long as more octets are needed. What was read is consumed.
    package mutating func next(_ input: inout ReceiveBuffer) throws(ResponseFault) -> ResponsePart? {
        if readyIndex < ready.count {
            defer { readyIndex += 1 }
            return ready[readyIndex]
        }
        if !ready.isEmpty {
            ready.removeAll(keepingCapacity: true)
            readyIndex = 0
        }
        if case .content(let remaining) = state { return nextContent(remaining, &input) }
        guard let part = try framer.next(in: input.octets) else { return nil }
        switch part {
        case .end(let contentLength, let length):
            let response = try readEnd(input.octets.extracting(0..<contentLength))
            input.consume(length)
            return response
        case .streamedLiteral(let mark, let length, let size):
            try readBeginning(input.octets.extracting(0..<mark), size: size)
            input.consume(length)
            return try next(&input)
        }
    }

    private mutating func nextContent(_ remaining: UInt64, _ input: inout ReceiveBuffer) -> ResponsePart? {
        guard remaining > 0 else {
            state = .fetchRest
            return .contentEnded
        }
        guard !input.isEmpty else { return nil }
        let octets = input.take(min(Int(clamping: remaining), max(limits.chunkLength, 1)))
        state = .content(remaining: remaining - UInt64(octets.count))
        return .contentOctets(octets)
    }

    private mutating func readEnd(_ octets: Span<UInt8>) throws(ResponseFault) -> ResponsePart {
        var parser = ResponseParser(octets, limits: limits)
        guard case .fetchRest = state else { return .response(try parser.response()) }
        let (attributes, _) = try parser.fetchRest(stopsAtContent: false)
        state = .response
        if attributes.isEmpty { return .fetchEnded }
        ready.append(.fetchEnded)
        return .fetchContinued(attributes)
    }

    private mutating func readBeginning(_ octets: Span<UInt8>, size: UInt64) throws(ResponseFault) {
        var parser = ResponseParser(octets, limits: limits)
        if case .fetchRest = state {
            let (attributes, content) = try parser.fetchRest(stopsAtContent: true)
            guard let content else { throw parser.failure("msg-att") }
            if !attributes.isEmpty { ready.append(.fetchContinued(attributes)) }
            ready.append(.contentBegan(content, size: size))
        } else {
            let (sequence, attributes, content) = try parser.fetchBeginning()
            ready.append(.fetchBegan(sequence, attributes))
            ready.append(.contentBegan(content, size: size))
        }
        state = .content(remaining: size)
    }
}
