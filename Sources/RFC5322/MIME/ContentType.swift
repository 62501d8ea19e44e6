internal import Octets

/// A Content-Type field (RFC 2045 §5.1).
public struct ContentType: Sendable, Hashable {
    /// The media type.
    public let mediaType: MediaType

    /// The parameters, decoded.
    public let parameters: MIMEParameters

    /// The charset parameter; nil where there is none.
    public var charset: Charset? {
        parameters["charset"].flatMap { $0.trimmed.isEmpty ? nil : Charset($0.trimmed) }
    }
}

/// `content = type "/" subtype *(";" parameter)`, RFC 2045 §5.1.
enum ContentTypeParser {
    static func parse(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) -> Reading<ContentType> {
        var parser = ParameterParser(octets, range, limits: limits)
        parser.skipCFWS()
        let start = parser.position
        let type = parser.token()
        parser.skipCFWS()
        var mediaType = MediaType.plainText
        var isSound = false
        if !type.isEmpty, parser.skip(UInt8(ascii: "/")) {
            parser.skipCFWS()
            let subtype = parser.token()
            if !subtype.isEmpty {
                isSound = true
                mediaType = MediaType(type: text(octets[type]), subtype: text(octets[subtype]))
            }
        }
        if !isSound { parser.defects.report(.malformedContentType, at: start) }
        let parameters = parser.parameters()
        return Reading(ContentType(mediaType: mediaType, parameters: parameters), parser.defects.all)
    }

    private static func text(_ octets: ArraySlice<UInt8>) -> String {
        String(decoding: octets, as: UTF8.self).lowercased()
    }
}
