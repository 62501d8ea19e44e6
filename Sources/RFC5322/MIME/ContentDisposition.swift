internal import Octets

/// A Content-Disposition field (RFC 2183 §2).
public struct ContentDisposition: Sendable, Hashable {
    /// `inline`, `attachment` or an extension; kept as it was written, compared without case.
    public struct Kind: Sendable, Hashable {
        /// The kind as it was written.
        public let rawName: String
        /// The kind in lower case.
        public let canonicalName: String

        /// The kind named `name`.
        public init(_ name: String) {
            rawName = name
            canonicalName = name.lowercased()
        }

        /// To be shown with the message.
        public static let inline = Kind("inline")
        /// To be shown when asked for.
        public static let attachment = Kind("attachment")

        /// Whether both are the same kind, case aside.
        public static func == (left: Kind, right: Kind) -> Bool { left.canonicalName == right.canonicalName }

        /// Hashes the name without its case.
        public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
    }

    /// How the part is to be shown.
    public let kind: Kind

    /// The parameters, decoded.
    public let parameters: MIMEParameters
}

/// `disposition = "Content-Disposition" ":" disposition-type *(";" disposition-parm)`, RFC 2183 §2.
enum ContentDispositionParser {
    static func parse(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) -> Reading<ContentDisposition?> {
        var parser = ParameterParser(octets, range, limits: limits)
        parser.skipCFWS()
        let start = parser.position
        let kind = parser.token()
        if kind.isEmpty { parser.defects.report(.malformedDisposition, at: start) }
        let parameters = parser.parameters()
        guard !kind.isEmpty || parameters.count > 0 else { return Reading(nil, parser.defects.all) }
        // An unknown kind is to be treated as an attachment (RFC 2183 §2.8); so is a missing one.
        let name = kind.isEmpty ? "attachment" : String(decoding: octets[kind], as: UTF8.self)
        return Reading(ContentDisposition(kind: .init(name), parameters: parameters), parser.defects.all)
    }
}
