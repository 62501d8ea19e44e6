internal import Octets

/// The class, subject and detail that a server puts before the text of a reply (RFC 3463 §2, RFC 2034).
public struct EnhancedStatusCode: Sendable, Hashable, CustomStringConvertible {
    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    public let `class`: UInt16
    /// What the code is about, 0...999: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7
    /// security.
    public let subject: UInt16
    /// The condition within the subject, 0...999.
    public let detail: UInt16

    /// The code `class.subject.detail`; nil where the class is not 2, 4 or 5, or a number has more than three digits.
    public init?(_ class: UInt16, _ subject: UInt16, _ detail: UInt16) {
        guard [2, 4, 5].contains(`class`), subject < 1000, detail < 1000 else { return nil }
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }

    /// As on the wire: `5.1.1`.
    public var description: String { "\(`class`).\(subject).\(detail)" }

    /// Takes the code that stands at the start of a reply's text, with the space behind it.
    ///
    /// ```
    /// status-code = class "." subject "." detail      ; RFC 3463 §2
    /// class = "2" / "4" / "5"
    /// subject = 1*3digit
    /// detail = 1*3digit
    /// ```
    /// RFC 2034 §4 asks that the class repeat the first digit of the reply code; text that merely looks like a status
    /// code is left alone where it does not.
    static func statusCode(_ cursor: inout OctetCursor, in code: ReplyCode) -> EnhancedStatusCode? {
        let start = cursor.position
        if let parsed = parse(&cursor), parsed.class == code.severity.rawValue {
            if cursor.skip(ASCII.space) || cursor.isAtEnd { return parsed }
        }
        cursor.move(to: start)
        return nil
    }

    private static func parse(_ cursor: inout OctetCursor) -> EnhancedStatusCode? {
        guard let statusClass = subcode(&cursor), cursor.skip(ASCII.dot),
            let subject = subcode(&cursor), cursor.skip(ASCII.dot),
            let detail = subcode(&cursor)
        else { return nil }
        return EnhancedStatusCode(statusClass, subject, detail)
    }

    /// One to three digits without leading zeros (RFC 3463 §2).
    private static func subcode(_ cursor: inout OctetCursor) -> UInt16? {
        let startsWithZero = cursor.peek == 0x30
        let start = cursor.position
        guard let value = cursor.number(UInt16.self) else { return nil }
        let length = cursor.position - start
        return length <= 3 && (!startsWithZero || length == 1) ? value : nil
    }
}
