import COpenSSL

/// What a full handshake proved of a server; shared with the sessions that are resumed from it.
final class VerifiedPeer: Sendable {
    /// Why the server is trusted.
    let trust: TLSInformation.Trust
    /// From the server's own certificate to the root; empty where no chain was verified.
    let chain: [CertificateReference]
    let staple: TLSInformation.Staple
    /// When the first of what was proven ends: seconds since 1970.
    let validUntil: Int64

    init(trust: TLSInformation.Trust, chain: [CertificateReference], staple: TLSInformation.Staple) {
        self.trust = trust
        self.chain = chain
        self.staple = staple
        // Holds: the certificates are alive.
        var ends = chain.compactMap { unsafe CertificateTime.seconds(X509_get0_notAfter($0.pointer)) }
        if case .good(let until?) = staple { ends.append(until) }
        validUntil = ends.min() ?? .max
    }
}
