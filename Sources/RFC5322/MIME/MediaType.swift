internal import Octets

/// `type "/" subtype` (RFC 2045 §5.1), in lower case.
public struct MediaType: Sendable, Hashable, CustomStringConvertible {
    /// The top-level type: `text`, `image`, `multipart`.
    public let type: String

    /// The subtype: `plain`, `png`, `mixed`.
    public let subtype: String

    /// The media type that `text` spells: `image/png`.
    ///
    /// - Throws: `invalidMediaType` unless it is two tokens with a `/` between, at most 255 octets.
    public init(_ text: String) throws(RFC5322Error) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 255,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isToken) })
        else {
            throw RFC5322Error(.invalidMediaType, "\"\(text.escapedForDisplay)\" is not a media type")
        }
        self.init(type: parts[0].lowercased(), subtype: parts[1].lowercased())
    }

    init(type: String, subtype: String) {
        self.type = type
        self.subtype = subtype
    }

    /// `text/plain`.
    public static let plainText = MediaType(type: "text", subtype: "plain")
    /// `text/html`.
    public static let html = MediaType(type: "text", subtype: "html")
    /// `message/rfc822`.
    public static let message = MediaType(type: "message", subtype: "rfc822")
    /// `application/octet-stream`.
    public static let octetStream = MediaType(type: "application", subtype: "octet-stream")

    /// Whether its body is a message: `message/rfc822`, `message/global` (RFC 6532 §3.7) or `message/news`.
    public var enclosesMessage: Bool {
        type == "message" && (subtype == "rfc822" || subtype == "global" || subtype == "news")
    }

    /// `type/subtype`.
    public var description: String { "\(type)/\(subtype)" }
}

extension UInt8 {
    /// An octet of `token`, RFC 2045 §5.1: no space, control or tspecial.
    var isToken: Bool {
        guard self > 0x20, self < 0x7F else { return false }
        switch self {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
            return false
        default:
            return true
        }
    }
}
