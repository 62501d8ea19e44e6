public import Octets

/// Finds and reads replies in a stream that arrives in pieces of any size.
public struct ReplyReader: Sendable {
    private var framer: LineFramer
    private let lineLimit: Int
    private var code: ReplyCode?
    private var lines: [[UInt8]] = []

    /// A reader at the start of a reply, which holds to `limits`.
    public init(limits: SMTPLimits = SMTPLimits()) {
        framer = LineFramer(limit: limits.replyLineLength)
        lineLimit = limits.replyLines
    }

    /// Whether a reply has begun whose last line has not come.
    public var isInsideReply: Bool { code != nil }

    /// Takes the next whole reply out of `input`; nil, with every whole line taken, where its end has not arrived.
    ///
    /// A line may end with LF alone. After an error the reader is of no more use: nobody knows where the next reply
    /// starts.
    /// - Throws: `malformedReply` for a line that is no reply line, or whose code differs from the line before (RFC
    ///   5321 §4.2.1); `limitExceeded` for a line or a reply that is too long.
    public mutating func next(in input: inout ReceiveBuffer) throws(SMTPError) -> SMTPReply? {
        while let frame = try frame(in: input.octets) {
            let line = try parse(input.octets.extracting(0..<frame.contentLength))
            input.consume(frame.length)
            if let code, code != line.code { throw differingCode(line, after: code) }
            guard lines.count < lineLimit else {
                throw SMTPError(.limitExceeded, "a reply of more than \(lineLimit) lines")
            }
            code = line.code
            lines.append(line.text)
            guard line.isLast else { continue }
            let reply = SMTPReply(code: line.code, lines: lines)
            code = nil
            lines = []
            return reply
        }
        return nil
    }

    private mutating func frame(in octets: Span<UInt8>) throws(SMTPError) -> LineFrame? {
        do throws(LineTooLong) {
            return try framer.next(in: octets)
        } catch {
            throw SMTPError(.limitExceeded, "a reply line of more than \(error.limit) octets")
        }
    }

    private func parse(_ octets: Span<UInt8>) throws(SMTPError) -> ReplyLine {
        do throws(GrammarError) {
            return try ReplyLine(octets)
        } catch {
            throw SMTPError(
                .malformedReply, lines.isEmpty ? "" : "line \(lines.count + 1) of a reply", underlying: error)
        }
    }

    private func differingCode(_ line: ReplyLine, after code: ReplyCode) -> SMTPError {
        let octets = Array(line.code.description.utf8)
        let error = GrammarError(rule: "Reply-line", offset: 0, in: octets.span)
        return SMTPError(
            .malformedReply, "line \(lines.count + 1) of a reply of \(code) has another code", underlying: error)
    }
}
