internal import Octets

/// A condition the server tells, of a command or of itself (RFC 3501 §7.1).
public struct IMAP4Reply: Sendable, Hashable, CustomStringConvertible {
    /// OK, NO, BAD, PREAUTH or BYE.
    public enum Status: String, Sendable, Hashable {
        /// It went well, or a piece of information.
        case ok = "OK"
        /// It did not go well, or a warning.
        case no = "NO"
        /// The server did not understand.
        case bad = "BAD"
        /// A greeting: the connection is authenticated already.
        case preauth = "PREAUTH"
        /// The server closes the connection.
        case bye = "BYE"
    }

    /// The condition.
    public let status: Status

    /// The response code in brackets.
    public let code: IMAP4ResponseCode?

    /// The text for people, as the server sent it.
    public let text: IMAP4Text

    package init(_ status: Status, code: IMAP4ResponseCode? = nil, text: IMAP4Text = "") {
        self.status = status
        self.code = code
        self.text = text
    }

    /// The reply on one line, escaped for display.
    public var description: String {
        let code = code.map { "[\($0)]" } ?? ""
        return [status.rawValue, code, text.description].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The same reply with every occurrence of a secret in its text overwritten, octet by octet, with `*`.
    func masking(_ mask: EchoMask) -> IMAP4Reply {
        let masked = mask.masked(text.octets)
        return masked == text.octets ? self : IMAP4Reply(status, code: code, text: IMAP4Text(octets: masked))
    }
}
