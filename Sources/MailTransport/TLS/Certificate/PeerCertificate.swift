import COpenSSL
import Octets

/// A certificate that a server showed, or that its chain led to.
///
/// It is what the peer sent: names and texts are escaped and shortened for display, but not to be believed unless the
/// connection's `TLSInformation.trust` says why.
public struct PeerCertificate: Sendable, Hashable, CustomStringConvertible {
    let reference: CertificateReference

    /// Keeps a certificate of OpenSSL's.
    @unsafe init(retaining certificate: OpaquePointer) {
        reference = unsafe CertificateReference(retaining: certificate)
    }

    init(_ reference: CertificateReference) {
        self.reference = reference
    }

    /// The certificate in DER, as it was sent.
    public var der: [UInt8] {
        // Holds: the certificate is alive; OpenSSL says how much room it takes and writes just that.
        unsafe OpenSSLOctets.encoded { unsafe i2d_X509(reference.pointer, $0) }
    }

    /// Whom it is for, in the form of RFC 4514, such as `CN=mail.example.com,O=Example`; escaped, at most 1,000 octets of it.
    public var subject: String { unsafe Self.text(of: X509_get_subject_name(reference.pointer)) }

    /// Who signed it, in the same form.
    public var issuer: String { unsafe Self.text(of: X509_get_issuer_name(reference.pointer)) }

    /// The issuer's number for it, in hexadecimal.
    public var serialNumber: String {
        // Holds: the number belongs to the certificate; it is at most 20 octets where it keeps RFC 5280 §4.1.2.2.
        let octets = unsafe OpenSSLOctets.content(of: X509_get0_serialNumber(reference.pointer))
        return HexadecimalText.of(octets.prefix(64))
    }

    /// The dNSName and iPAddress entries of its subjectAltName (RFC 5280 §4.2.1.6); escaped, at most 1,000.
    public var names: [String] { unsafe CertificateNames.names(of: reference.pointer, limit: 1_000) }

    /// When its validity begins: seconds since 1970-01-01 00:00 UTC; nil where that cannot be read.
    public var notBefore: Int64? { unsafe CertificateTime.seconds(X509_get0_notBefore(reference.pointer)) }

    /// When its validity ends: seconds since 1970-01-01 00:00 UTC; nil where that cannot be read.
    public var notAfter: Int64? { unsafe CertificateTime.seconds(X509_get0_notAfter(reference.pointer)) }

    /// The pin of its public key (RFC 7469 §2.4).
    public var publicKeyPin: PublicKeyPin {
        // Holds: the key's information belongs to the certificate.
        let information = unsafe X509_get_X509_PUBKEY(reference.pointer)
        return PublicKeyPin(hashing: unsafe OpenSSLOctets.encoded { unsafe i2d_X509_PUBKEY(information, $0) })
    }

    /// SHA-256 of `der`, 32 octets: what other programs show as the fingerprint.
    public var sha256: [UInt8] { SHA256Digest.of(der) }

    /// Whether it demands that its server staples an answer on revocation (RFC 7633).
    public var demandsStaple: Bool { unsafe TLSFeatures.demandStatusRequest(reference.pointer) }

    /// The subject.
    public var description: String { subject }

    /// Whether both are the same certificate, octet for octet.
    public static func == (left: PeerCertificate, right: PeerCertificate) -> Bool {
        left.reference === right.reference || left.der == right.der
    }

    /// Feeds the certificate's octets to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(der)
    }

    private static func text(of name: OpaquePointer?) -> String {
        // Holds: the name belongs to a certificate that is alive; the memory is freed behind the copy.
        let octets = unsafe OpenSSLOctets.written { unsafe mailwire_print_name($0, name) }
        return EscapedOctets(octets.span, limit: 1_000).description
    }
}
