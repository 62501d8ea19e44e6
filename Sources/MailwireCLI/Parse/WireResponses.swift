import IMAP4
import Octets
import POP3
import SMTP

/// One response as a protocol's reader understands it, or what is wrong with it.
enum WireReading {
    /// The value, and the octets it is written back as; none where it cannot be written.
    case value(kind: String, JSONValue, encoded: [UInt8])
    /// Octets that are refused: the rule, where they break it, and the story.
    case refused(rule: String, offset: Int, String)

    /// What two readings of the same octets have in common.
    var summary: String {
        switch self {
        case .value(let kind, let value, _): "\(kind) \(value.text)"
        case .refused(let rule, let offset, let error): "refused \(rule) \(offset) \(error)"
        }
    }
}

/// Splits octets of one protocol into responses.
protocol WireResponses {
    init()
    mutating func receive(_ octets: Span<UInt8>)
    /// The next response; nil where its end has not arrived. `isLast` says that nothing more will.
    mutating func next(isLast: Bool) -> WireReading?
}

extension WireReading {
    fileprivate init(_ error: GrammarError) {
        self = .refused(rule: error.rule, offset: error.offset, error.description)
    }
}

/// IMAP4 responses.
struct IMAP4WireResponses: WireResponses {
    private var reader = IMAP4ResponseReader()

    mutating func receive(_ octets: Span<UInt8>) { reader.receive(octets) }

    mutating func next(isLast: Bool) -> WireReading? {
        switch reader.next(isLast: isLast) {
        case nil: return nil
        case .success(let response):
            let kind =
                switch response {
                case .tagged: "tagged"
                case .untagged: "untagged"
                case .continuation: "continuation"
                }
            return .value(kind: kind, JSONValue(reflecting: response), encoded: response.encoded)
        case .failure(.malformed(let error)): return WireReading(error)
        case .failure(.unframed(let error?, _)): return WireReading(error)
        case .failure(.unframed(nil, let limit)):
            return .refused(rule: "response", offset: 0, limit.map { "\($0)" } ?? "its end cannot be found")
        case .failure(.truncated): return .refused(rule: "response", offset: 0, "the octets end in the middle of it")
        }
    }
}

/// POP3 responses; whether lines follow the first is guessed, as `POP3ResponseReader` does.
struct POP3WireResponses: WireResponses {
    private var reader = POP3ResponseReader()

    mutating func receive(_ octets: Span<UInt8>) { reader.receive(octets) }

    mutating func next(isLast: Bool) -> WireReading? {
        switch reader.next(isLast: isLast) {
        case nil: nil
        case .success(let response):
            .value(
                kind: response.content == nil ? "single-line" : "multi-line", JSONValue(reflecting: response),
                encoded: response.encoded().octets)
        case .failure(.malformed(let error)): WireReading(error)
        case .failure(.tooLong(let limit)): .refused(rule: "response", offset: 0, "more than \(limit) octets")
        case .failure(.truncated): .refused(rule: "response", offset: 0, "the octets end in the middle of it")
        }
    }
}

/// SMTP replies.
struct SMTPWireResponses: WireResponses {
    private var reader = ReplyReader()
    private var input = ReceiveBuffer()
    private var isOver = false

    mutating func receive(_ octets: Span<UInt8>) { input.append(octets) }

    mutating func next(isLast: Bool) -> WireReading? {
        guard !isOver else { return nil }
        do throws(SMTPError) {
            if let reply = try reader.next(in: &input) {
                let value = JSONValue.object([
                    Member("code", JSONValue(reflecting: reply.code)),
                    Member("enhancedCode", JSONValue(reflecting: reply.enhancedCode as Any)),
                    Member("lines", JSONValue(reflecting: reply.lines)),
                ])
                return .value(
                    kind: reply.lines.count > 1 ? "multi-line" : "single-line", value, encoded: reply.encoded().octets)
            }
        } catch {
            isOver = true
            let grammar = error.underlying as? GrammarError
            return .refused(rule: grammar?.rule ?? "Reply-line", offset: grammar?.offset ?? 0, error.description)
        }
        guard isLast, reader.isInsideReply || !input.isEmpty else { return nil }
        isOver = true
        return .refused(rule: "Reply-line", offset: 0, "the octets end in the middle of it")
    }

    private typealias Member = JSONValue.Member
}
