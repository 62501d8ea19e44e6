internal import Octets

/// Octets a server sent where people expect text: kept as sent, shown as best they can be.
///
/// Servers put any charset into names and subjects, so the octets are the identity and the text is a view.
public struct IMAP4Text: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The octets as they came, quotes and literal marks undone.
    public let octets: [UInt8]

    /// Text of `octets`.
    public init(octets: [UInt8]) {
        self.octets = octets
    }

    /// The UTF-8 of `string`.
    public init(_ string: String) {
        octets = Array(string.utf8)
    }

    /// The UTF-8 of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    package init(copying span: Span<UInt8>) {
        octets = [UInt8](copying: span)
    }

    /// The octets read as UTF-8; what is not UTF-8 becomes U+FFFD.
    public var string: String { String(decoding: octets, as: UTF8.self) }

    /// Whether there is no octet.
    public var isEmpty: Bool { octets.isEmpty }

    /// Whether the octets equal `text`, ASCII letters compared without case.
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        octets.span.equalsIgnoringCase(text)
    }

    /// The text with control characters escaped, fit for a terminal.
    public var description: String { EscapedOctets(octets.span).description }
}
