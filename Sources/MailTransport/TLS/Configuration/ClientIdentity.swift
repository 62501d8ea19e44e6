import COpenSSL
public import Octets

/// The certificate that a client shows where the server asks for one, with its key (RFC 8446 §4.4.2, RFC 4422 appendix A).
public struct ClientIdentity: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    enum Source: Sendable {
        case pemFiles(certificates: String, key: String)
        case pem(certificates: GivenOctets, key: Secret)
        case pkcs12File(String)
        case pkcs12(GivenOctets)
    }

    let source: Source
    let password: Secret?
    /// Stands for source and password where identities are compared: an HMAC under a key of this process's own.
    private let fingerprint: [UInt8]

    private init(_ source: Source, _ password: Secret?) {
        self.source = source
        self.password = password
        fingerprint = Fingerprint.of(source, password)
    }

    /// A certificate, followed by those above it, and a private key, both in files in PEM. They are read anew when they have changed.
    ///
    /// - Parameters:
    ///   - certificates: the path of the certificates, the client's own first.
    ///   - key: the path of the key; nil where it stands in the same file.
    ///   - password: what the key is encrypted with; nil where it is not.
    public static func pemFiles(
        certificates: String, key: String? = nil, password: Secret? = nil
    ) -> ClientIdentity {
        ClientIdentity(.pemFiles(certificates: certificates, key: key ?? certificates), password)
    }

    /// A certificate, followed by those above it, and a private key, both in PEM.
    ///
    /// - Parameters:
    ///   - certificates: the certificates, the client's own first.
    ///   - key: the key.
    ///   - password: what the key is encrypted with; nil where it is not.
    public static func pem(certificates: [UInt8], key: Secret, password: Secret? = nil) -> ClientIdentity {
        ClientIdentity(.pem(certificates: GivenOctets(certificates), key: key), password)
    }

    /// A certificate and key in a file of PKCS #12 (RFC 7292). It is read anew when it has changed.
    public static func pkcs12File(_ path: String, password: Secret) -> ClientIdentity {
        ClientIdentity(.pkcs12File(path), password)
    }

    /// A certificate and key in PKCS #12 (RFC 7292).
    public static func pkcs12(_ octets: [UInt8], password: Secret) -> ClientIdentity {
        ClientIdentity(.pkcs12(GivenOctets(octets)), password)
    }

    /// Whether both come from the same place, or the same octets, with the same password.
    public static func == (left: ClientIdentity, right: ClientIdentity) -> Bool {
        left.fingerprint == right.fingerprint
    }

    /// Feeds what stands for the identity to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(fingerprint)
    }

    /// Where it comes from, without anything secret.
    public var description: String {
        switch source {
        case .pemFiles(let certificates, let key):
            "PEM in \(certificates.escapedForDisplay)\(key == certificates ? "" : " and \(key.escapedForDisplay)")"
        case .pem: "PEM in memory"
        case .pkcs12File(let path): "PKCS #12 in \(path.escapedForDisplay)"
        case .pkcs12: "PKCS #12 in memory"
        }
    }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }

    /// The HMAC that stands for an identity; without the key nobody can try passwords against it.
    private enum Fingerprint {
        private static let key: [UInt8] = {
            var key = [UInt8](repeating: 0, count: 32)
            for index in key.indices { key[index] = UInt8.random(in: 0...255) }
            return key
        }()

        static func of(_ source: Source, _ password: Secret?) -> [UInt8] {
            let parts: [Secret] =
                switch source {
                case .pemFiles(let certificates, let key): [Secret("files"), Secret(certificates), Secret(key)]
                case .pem(let certificates, let key): [Secret("pem"), Secret(octets: certificates.octets), key]
                case .pkcs12File(let path): [Secret("PKCS #12 file"), Secret(path)]
                case .pkcs12(let octets): [Secret("PKCS #12"), Secret(octets: octets.octets)]
                }
            // Each part by its digest, so that what stands in one cannot pass for two.
            var digests: [UInt8] = []
            for part in parts { digests += digest(part) }
            if let password { digests += digest(password) }
            return digest(Secret(octets: digests))
        }

        private static func digest(_ part: Secret) -> [UInt8] {
            part.withOctets { octets in
                var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
                // Holds: all are as long as is said, during the call; SHA-256 gives what the digest has room for.
                unsafe octets.withUnsafeBufferPointer { octets in
                    _ = unsafe HMAC(
                        EVP_sha256(), key, Int32(key.count), octets.baseAddress, octets.count, &digest, nil)
                }
                return digest
            }
        }
    }
}
