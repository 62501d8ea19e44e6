public import Octets

/// Splits what a server sent into responses and reads each: for tools and tests; a client does this by itself.
///
/// Whether lines follow the first one depends on the command, which such octets do not tell. So it is guessed, unless it is said.
public struct POP3ResponseReader: Sendable {
    /// What responses look like.
    public enum Shape: Sendable, Hashable {
        /// Lines follow `+OK` where the next line does not begin like a response itself.
        case guessed
        /// Every response is one line.
        case singleLine
        /// Every `+OK` is followed by lines, up to the one with a single dot.
        case multiLine
    }

    /// What is wrong with a response.
    public enum Defect: Error, Sendable, Hashable {
        /// The line is no response; reading goes on behind it.
        case malformed(GrammarError)
        /// A line or content of more than so many octets; nothing behind it is read.
        case tooLong(Int)
        /// The octets end in the middle of a response.
        case truncated
    }

    private let shape: Shape
    private let quirks: POP3Quirks
    private let contentLength: Int
    private var framer: LineFramer
    private var input = ReceiveBuffer()
    private var open: POP3Response?
    private var unstuffer: DotUnstuffer?
    private var content: [UInt8] = []
    private var isOver = false

    /// A reader at the start of a connection.
    public init(_ shape: Shape = .guessed, limits: POP3Limits = POP3Limits(), quirks: POP3Quirks = .standard) {
        self.shape = shape
        self.quirks = quirks
        contentLength = limits.contentLength
        framer = LineFramer(limit: limits.lineLength)
    }

    /// Appends octets that arrived.
    public mutating func receive(_ octets: Span<UInt8>) {
        input.append(octets)
    }

    /// The next response; nil as long as its end has not arrived, or cannot be told yet.
    ///
    /// - Parameter isLast: whether nothing more will arrive, so that what is left is a defect.
    public mutating func next(isLast: Bool = false) -> Result<POP3Response, Defect>? {
        guard !isOver else { return nil }
        if open == nil {
            do throws(Defect) {
                open = try firstLine()
            } catch {
                if case .tooLong = error { isOver = true }
                return .failure(error)
            }
        }
        guard let response = open else { return isLast ? leftover() : nil }
        if unstuffer == nil {
            guard let isFollowed = isFollowed(response.status, isLast: isLast) else { return nil }
            guard isFollowed else {
                open = nil
                return .success(response)
            }
            unstuffer = DotUnstuffer()
        }
        return rest(of: response, isLast: isLast)
    }

    private mutating func firstLine() throws(Defect) -> POP3Response? {
        let found: LineFrame?
        do throws(LineTooLong) {
            found = try framer.next(in: input)
        } catch {
            throw .tooLong(error.limit)
        }
        guard let frame = found else { return nil }
        defer { input.consume(frame.length) }
        do throws(GrammarError) {
            return try POP3Response(line: input.octets.extracting(0..<frame.contentLength), quirks: quirks)
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func rest(of response: POP3Response, isLast: Bool) -> Result<POP3Response, Defect>? {
        guard var unstuffer else { return nil }
        input.consume(unstuffer.unstuff(input, upTo: input.count, into: &content))
        guard content.count <= contentLength else {
            isOver = true
            return .failure(.tooLong(contentLength))
        }
        guard unstuffer.isComplete else {
            self.unstuffer = unstuffer
            return isLast ? leftover() : nil
        }
        defer {
            open = nil
            self.unstuffer = nil
            content = []
        }
        return .success(POP3Response(response.status, text: response.text, content: content))
    }

    private mutating func leftover() -> Result<POP3Response, Defect>? {
        guard open != nil || !input.isEmpty else { return nil }
        isOver = true
        return .failure(.truncated)
    }

    /// Whether lines belong to a response of `status`; nil as long as that cannot be told.
    private func isFollowed(_ status: POP3Status, isLast: Bool) -> Bool? {
        guard status == .ok, shape != .singleLine else { return false }
        if shape == .multiLine { return true }
        let next = input.octets
        for start in ["+OK", "-ERR", "+ ", "+\r", "+\n"] as [StaticString] {
            let known = min(next.count, start.utf8CodeUnitCount)
            // A beginning that may still become one of these waits for more.
            guard Self.agrees(next.extracting(0..<known), with: start) else { continue }
            if known == start.utf8CodeUnitCount { return false }
            return isLast ? false : nil
        }
        return true
    }

    private static func agrees(_ octets: Span<UInt8>, with start: StaticString) -> Bool {
        var index = 0
        for octet in start.description.utf8 where index < octets.count {
            if octets[index].uppercased != octet { return false }
            index += 1
        }
        return true
    }
}
