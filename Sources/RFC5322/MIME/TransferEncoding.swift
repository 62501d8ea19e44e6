internal import Octets

/// A transfer encoding by its name (RFC 2045 §6.1): kept as it was written, compared without case.
public struct TransferEncoding: Sendable, Hashable, CustomStringConvertible {
    /// The name as it was written.
    public let rawName: String

    /// The name in lower case.
    public let canonicalName: String

    /// The encoding named `name`, known or not.
    public init(_ name: String) {
        rawName = name
        canonicalName = name.lowercased()
    }

    /// Lines of ASCII.
    public static let sevenBit = TransferEncoding("7bit")
    /// Lines of octets.
    public static let eightBit = TransferEncoding("8bit")
    /// Octets.
    public static let binary = TransferEncoding("binary")
    /// RFC 2045 §6.7.
    public static let quotedPrintable = TransferEncoding("quoted-printable")
    /// RFC 2045 §6.8.
    public static let base64 = TransferEncoding("base64")

    /// Whether octets in it are something else than they stand for.
    var isEncoded: Bool { self == .base64 || self == .quotedPrintable }

    /// Whether this is an encoding that can be undone.
    var isKnown: Bool { isEncoded || self == .sevenBit || self == .eightBit || self == .binary }

    /// The name as it was written.
    public var description: String { rawName }

    /// Whether both are the same encoding, case aside.
    public static func == (left: TransferEncoding, right: TransferEncoding) -> Bool {
        left.canonicalName == right.canonicalName
    }

    /// Hashes the name without its case.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }

    /// `encoding = "Content-Transfer-Encoding" ":" mechanism`, RFC 2045 §6.1.
    static func parse(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) -> Reading<TransferEncoding?> {
        var parser = ParameterParser(octets, range, limits: limits)
        parser.skipCFWS()
        let name = parser.token()
        guard !name.isEmpty else { return Reading(nil, [Defect(.unknownTransferEncoding, at: parser.position)]) }
        let encoding = TransferEncoding(String(decoding: octets[name], as: UTF8.self))
        return Reading(encoding, encoding.isKnown ? [] : [Defect(.unknownTransferEncoding, at: name.lowerBound)])
    }
}
