internal import Octets

/// Something to be sent along with a message.
public struct Attachment: Sendable, Hashable {
    /// The octets; they arrive as they are.
    public let octets: [UInt8]

    /// The media type.
    public let mediaType: MediaType

    /// The name the receiver is offered; nil for none. May be any text without CR, LF and NUL.
    public let filename: String?

    /// The charset of a `text/*` attachment; nil where it is not told.
    public let charset: String?

    /// An attachment of `octets`.
    ///
    /// - Parameters:
    ///   - octets: the octets.
    ///   - mediaType: what they are; a multipart cannot be attached.
    ///   - filename: the name the receiver is offered.
    ///   - charset: the charset of text.
    /// - Throws: `forbiddenCharacter` for CR, LF or NUL in the name, `tooLong` for one of more than 4,096 octets,
    ///   `invalidMediaType` for a multipart, or a charset that is no token.
    public init(
        _ octets: [UInt8], mediaType: MediaType = .octetStream, filename: String? = nil, charset: String? = nil
    ) throws(RFC5322Error) {
        guard mediaType.type != "multipart" else {
            throw RFC5322Error(.invalidMediaType, "a \(mediaType) cannot be attached")
        }
        if let charset, charset.isEmpty || charset.utf8.count > 64 || !charset.utf8.allSatisfy(\.isToken) {
            throw RFC5322Error(.invalidMediaType, "\"\(charset.escapedForDisplay)\" is not the name of a charset")
        }
        if let filename {
            try filename.checkForBreaks(in: .contentDisposition)
            guard filename.utf8.count <= 4_096 else {
                throw RFC5322Error(.tooLong, field: .contentDisposition, "a file name has more than 4,096 octets")
            }
        }
        self.octets = octets
        self.mediaType = mediaType
        self.filename = filename.flatMap { $0.isEmpty ? nil : $0 }
        self.charset = charset
    }
}

/// A header field that a message is given beyond those `MessageDraft` knows.
public struct AdditionalField: Sendable, Hashable {
    /// The name.
    public let name: HeaderFieldName

    /// The value; what is not ASCII is written as encoded words.
    public let value: String

    /// The field `name` with the unstructured text `value`.
    ///
    /// - Throws: `invalidFieldName`; `reservedFieldName` for a field that `MessageDraft` writes itself, Bcc and every
    ///   `Content-` field included; `forbiddenCharacter` for CR, LF or NUL in the value.
    public init(_ name: String, _ value: String) throws(RFC5322Error) {
        let name = try HeaderFieldName(name)
        guard !Self.reserved.contains(name), !name.canonicalName.hasPrefix("content-") else {
            throw RFC5322Error(.reservedFieldName, field: name, "\(name) is set by its own property")
        }
        try value.checkForBreaks(in: name)
        self.name = name
        self.value = value
    }

    private static let reserved: Set<HeaderFieldName> = [
        .date, .from, .sender, .replyTo, .to, .cc, .bcc, .messageID, .inReplyTo, .references, .subject, .mimeVersion,
    ]
}
