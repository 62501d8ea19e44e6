public import Octets

/// Splits what a server sent into responses and reads each: for tools and tests; a client does this by itself.
///
/// A response that does not follow the grammar does not keep those behind it from being read, since where responses
/// end is found without the grammar.
public struct IMAP4ResponseReader: Sendable {
    /// What is wrong with a response.
    public enum Defect: Error, Sendable, Hashable {
        /// It does not follow the grammar; reading can go on behind it.
        case malformed(GrammarError)
        /// Where it ends cannot be told, or it is over a limit; nothing behind it is read.
        case unframed(GrammarError?, IMAP4LimitExceeded?)
        /// The octets end in the middle of it.
        case truncated
    }

    private let limits: IMAP4Limits
    private var framer: ResponseFramer
    private var input = ReceiveBuffer()
    private var isOver = false

    /// A reader at the start of a connection; every literal within the limits is held as a value.
    public init(limits: IMAP4Limits = IMAP4Limits(), quirks: IMAP4Quirks = .standard) {
        var limits = limits
        limits.streamingThreshold = .max
        self.limits = limits
        framer = ResponseFramer(limits: limits, quirks: quirks)
    }

    /// Appends octets that arrived.
    public mutating func receive(_ octets: Span<UInt8>) {
        input.append(octets)
    }

    /// The next response; nil as long as its end has not arrived.
    ///
    /// - Parameter isLast: whether nothing more will arrive, so that what is left is a defect.
    public mutating func next(isLast: Bool = false) -> Result<IMAP4Response, Defect>? {
        guard !isOver else { return nil }
        do throws(ResponseFault) {
            guard case .end(let contentLength, let length)? = try Self.frame(input, &framer) else {
                guard isLast, !input.isEmpty else { return nil }
                isOver = true
                return .failure(.truncated)
            }
            let result = read(input.octets.extracting(0..<contentLength))
            input.consume(length)
            return result
        } catch {
            isOver = true
            return switch error {
            case .malformed(let error): .failure(.unframed(error, nil))
            case .tooLarge(let error): .failure(.unframed(nil, error))
            }
        }
    }

    private static func frame(
        _ input: borrowing ReceiveBuffer, _ framer: inout ResponseFramer
    ) throws(ResponseFault) -> FramedPart? {
        try framer.next(in: input.octets)
    }

    private func read(_ octets: Span<UInt8>) -> Result<IMAP4Response, Defect> {
        var parser = ResponseParser(octets, limits: limits)
        do throws(ResponseFault) {
            return .success(try parser.response())
        } catch {
            return switch error {
            case .malformed(let error): .failure(.malformed(error))
            case .tooLarge(let error): .failure(.unframed(nil, error))
            }
        }
    }
}
