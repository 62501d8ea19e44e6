internal import Octets

/// `field-name = 1*ftext` (RFC 5322 §3.6.8): kept as it was written, compared without case.
public struct HeaderFieldName: Sendable, Hashable, CustomStringConvertible {
    /// The name as it was written.
    public let rawName: String

    /// The name in lower case.
    public let canonicalName: String

    /// A name that the caller chose.
    ///
    /// - Throws: `invalidFieldName` unless it is 1 to 200 octets of printable ASCII without space and colon.
    public init(_ name: String) throws(RFC5322Error) {
        let isSound = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        guard isSound, !name.isEmpty, name.utf8.count <= 200 else {
            throw RFC5322Error(.invalidFieldName, "\"\(name.escapedForDisplay)\" is not a header field name")
        }
        self.init(parsed: name)
    }

    /// A name as it was found.
    init(parsed name: String) {
        rawName = name
        canonicalName = name.lowercased()
    }

    private init(_ name: StaticString) {
        self.init(parsed: name.description)
    }

    /// The name as it was written.
    public var description: String { rawName }

    /// Whether both are the same name, case aside.
    public static func == (left: HeaderFieldName, right: HeaderFieldName) -> Bool {
        left.canonicalName == right.canonicalName
    }

    /// Hashes the name without its case.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(canonicalName)
    }

    /// Whether `octets`, a field up to its colon, hold this name.
    func matches(_ octets: Span<UInt8>) -> Bool {
        let name = canonicalName.utf8
        guard octets.count >= name.count else { return false }
        var index = 0
        for octet in name {
            guard octets[index].lowercased == octet else { return false }
            index += 1
        }
        while index < octets.count, octets[index].isWhiteSpace { index += 1 }
        return index == octets.count
    }
}

extension HeaderFieldName {
    /// Date (RFC 5322 §3.6.1).
    public static let date = Self("Date" as StaticString)
    /// From (RFC 5322 §3.6.2).
    public static let from = Self("From" as StaticString)
    /// Sender (RFC 5322 §3.6.2).
    public static let sender = Self("Sender" as StaticString)
    /// Reply-To (RFC 5322 §3.6.2).
    public static let replyTo = Self("Reply-To" as StaticString)
    /// To (RFC 5322 §3.6.3).
    public static let to = Self("To" as StaticString)
    /// Cc (RFC 5322 §3.6.3).
    public static let cc = Self("Cc" as StaticString)
    /// Bcc (RFC 5322 §3.6.3).
    public static let bcc = Self("Bcc" as StaticString)
    /// Message-ID (RFC 5322 §3.6.4).
    public static let messageID = Self("Message-ID" as StaticString)
    /// In-Reply-To (RFC 5322 §3.6.4).
    public static let inReplyTo = Self("In-Reply-To" as StaticString)
    /// References (RFC 5322 §3.6.4).
    public static let references = Self("References" as StaticString)
    /// Subject (RFC 5322 §3.6.5).
    public static let subject = Self("Subject" as StaticString)
    /// Resent-Date (RFC 5322 §3.6.6).
    public static let resentDate = Self("Resent-Date" as StaticString)
    /// Resent-From (RFC 5322 §3.6.6).
    public static let resentFrom = Self("Resent-From" as StaticString)
    /// Resent-Sender (RFC 5322 §3.6.6).
    public static let resentSender = Self("Resent-Sender" as StaticString)
    /// Resent-To (RFC 5322 §3.6.6).
    public static let resentTo = Self("Resent-To" as StaticString)
    /// Resent-Cc (RFC 5322 §3.6.6).
    public static let resentCc = Self("Resent-Cc" as StaticString)
    /// Resent-Bcc (RFC 5322 §3.6.6).
    public static let resentBcc = Self("Resent-Bcc" as StaticString)
    /// Resent-Message-ID (RFC 5322 §3.6.6).
    public static let resentMessageID = Self("Resent-Message-ID" as StaticString)
    /// MIME-Version (RFC 2045 §4).
    public static let mimeVersion = Self("MIME-Version" as StaticString)
    /// Content-Type (RFC 2045 §5).
    public static let contentType = Self("Content-Type" as StaticString)
    /// Content-Transfer-Encoding (RFC 2045 §6).
    public static let contentTransferEncoding = Self("Content-Transfer-Encoding" as StaticString)
    /// Content-ID (RFC 2045 §7).
    public static let contentID = Self("Content-ID" as StaticString)
    /// Content-Disposition (RFC 2183 §2).
    public static let contentDisposition = Self("Content-Disposition" as StaticString)
}
