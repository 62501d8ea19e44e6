/// An alert of TLS: what one side tells the other when it ends the connection (RFC 8446 §6).
public struct TLSAlert: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The number on the wire.
    public let rawValue: UInt8

    /// The alert with a number, known or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// No common set of parameters was found.
    public static let handshakeFailure = TLSAlert(rawValue: 40)
    /// A certificate was corrupt, or its signature did not hold.
    public static let badCertificate = TLSAlert(rawValue: 42)
    /// A certificate was revoked.
    public static let certificateRevoked = TLSAlert(rawValue: 44)
    /// A certificate is past its validity.
    public static let certificateExpired = TLSAlert(rawValue: 45)
    /// A certificate was refused for a reason of its own.
    public static let certificateUnknown = TLSAlert(rawValue: 46)
    /// A certificate does not lead to an authority that is trusted.
    public static let unknownAuthority = TLSAlert(rawValue: 48)
    /// A certificate was good, but its owner may not go on.
    public static let accessDenied = TLSAlert(rawValue: 49)
    /// The version is not supported.
    public static let protocolVersion = TLSAlert(rawValue: 70)
    /// The server wants stronger parameters than the client has.
    public static let insufficientSecurity = TLSAlert(rawValue: 71)
    /// The server has nothing under the name that was asked for.
    public static let unrecognizedName = TLSAlert(rawValue: 112)
    /// The server demands a client certificate and was shown none.
    public static let certificateRequired = TLSAlert(rawValue: 116)
    /// None of the client's application protocols is known to the server.
    public static let noApplicationProtocol = TLSAlert(rawValue: 120)

    /// The name in RFC 8446 §6, RFC 5246 §7.2 or IANA's registry; nil for a number that none of them knows.
    public var name: String? { Self.names[rawValue] }

    /// Name and number, such as `bad_certificate (42)`.
    public var description: String { "\(name ?? "alert") (\(rawValue))" }

    /// Whether the alert is about the certificate that this side showed, or did not show.
    var isAboutCertificate: Bool { (41...46).contains(rawValue) || [48, 49, 116].contains(rawValue) }

    private static let names: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed",
        22: "record_overflow", 30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
        42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
        46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
        51: "decrypt_error", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security",
        80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
        109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable",
        112: "unrecognized_name", 113: "bad_certificate_status_response", 114: "bad_certificate_hash_value",
        115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
    ]
}
