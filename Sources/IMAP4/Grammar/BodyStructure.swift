/// The MIME structure of a message as the server read it (BODYSTRUCTURE, RFC 3501 §7.4.2); every text is as the
/// server sent it.
public indirect enum BodyStructure: Sendable, Hashable {
    /// A leaf.
    case part(BodyPart)
    /// A multipart.
    case multipart(MultipartBody)

    /// `type/subtype` in lower case.
    public var mediaType: String {
        switch self {
        case .part(let part): "\(part.type.string)/\(part.subtype.string)".lowercased()
        case .multipart(let multipart): "multipart/\(multipart.subtype.string)".lowercased()
        }
    }

    /// The parts below this one: of a multipart its parts, of a message the structure of that message.
    public var children: [BodyStructure] {
        switch self {
        case .part(let part): part.message.map { [$0.structure] } ?? []
        case .multipart(let multipart): multipart.parts
        }
    }
}

/// A multipart (`body-type-mpart` of RFC 3501 §9).
public struct MultipartBody: Sendable, Hashable {
    /// The parts in order.
    public var parts: [BodyStructure]
    /// Such as `MIXED`.
    public var subtype: IMAP4Text
    /// The parameters of Content-Type; nil where the server did not send extension data, as in BODY without STRUCTURE.
    public var parameters: [BodyParameter]?
    /// The extension data behind the parameters.
    public var extensions: BodyExtensions
}

/// A part that is no multipart (`body-type-1part` of RFC 3501 §9).
public struct BodyPart: Sendable, Hashable {
    /// Such as `TEXT`.
    public var type: IMAP4Text
    /// Such as `PLAIN`.
    public var subtype: IMAP4Text
    /// The parameters of Content-Type.
    public var parameters: [BodyParameter]
    /// Content-ID.
    public var id: IMAP4Text?
    /// Content-Description.
    public var contentDescription: IMAP4Text?
    /// Content-Transfer-Encoding; nil where the server sent NIL.
    public var encoding: IMAP4Text?
    /// Octets in their transfer encoding; nil where the server sent NIL or a negative number.
    public var size: UInt64?
    /// Lines in their transfer encoding: of text and messages only, nil where the server sent NIL or a negative number.
    public var lines: UInt64?
    /// The message within: of message/rfc822 and message/global only.
    public var message: EmbeddedMessage?
    /// Content-MD5.
    public var md5: IMAP4Text?
    /// Whether the server sent extension data, be it NIL.
    public var hasExtensions: Bool
    /// The extension data behind Content-MD5.
    public var extensions: BodyExtensions
}

/// The message within a message part.
public struct EmbeddedMessage: Sendable, Hashable {
    /// Its header.
    public var envelope: IMAP4Envelope
    /// Its structure.
    public var structure: BodyStructure
}

/// A parameter of Content-Type or Content-Disposition.
public struct BodyParameter: Sendable, Hashable {
    /// The name.
    public var name: IMAP4Text
    /// The value.
    public var value: IMAP4Text
}

/// Content-Disposition as the server read it.
public struct BodyDisposition: Sendable, Hashable {
    /// Such as `ATTACHMENT`.
    public var type: IMAP4Text
    /// Such as the file name.
    public var parameters: [BodyParameter]
}

/// The extension data that multiparts and other parts share (`body-ext-1part`, `body-ext-mpart` of RFC 3501 §9).
public struct BodyExtensions: Sendable, Hashable {
    /// How many of disposition, language and location the server sent, 0...3, be they NIL.
    package var count = 0
    /// Content-Disposition.
    public var disposition: BodyDisposition?
    /// Content-Language.
    public var languages: [IMAP4Text] = []
    /// Content-Location.
    public var location: IMAP4Text?
    /// What later revisions may add.
    public var others: [IMAP4Value] = []

    package init() {}
}
