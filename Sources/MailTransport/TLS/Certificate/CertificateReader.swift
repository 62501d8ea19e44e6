import COpenSSL

/// Certificates and revocation lists out of PEM (RFC 7468) or DER.
enum CertificateReader {
    /// The certificates in `octets`, in the order they stand there; nil where one of them cannot be read, or nothing is a certificate.
    static func certificates(in octets: [UInt8]) -> [CertificateReference]? {
        guard isPEM(octets) else {
            return unsafe sequence(octets) { cursor, count in
                // Holds: the cursor stands before `count` octets; what is made is owned by the reference.
                unsafe d2i_X509(nil, cursor, count).map { unsafe CertificateReference(owning: $0) }
            }
        }
        return unsafe blocks(octets) { reader in
            // Holds: the same. Nobody is asked for a password, as OpenSSL would do at the terminal.
            unsafe PEM_read_bio_X509_AUX(reader, nil, { _, _, _, _ in -1 }, nil).map {
                unsafe CertificateReference(owning: $0)
            }
        }
    }

    /// The revocation lists in `octets`; nil where one of them cannot be read, or nothing is one.
    static func revocationLists(in octets: [UInt8]) -> [RevocationListReference]? {
        guard isPEM(octets) else {
            return unsafe sequence(octets) { cursor, count in
                // Holds: as above.
                unsafe d2i_X509_CRL(nil, cursor, count).map { unsafe RevocationListReference(owning: $0) }
            }
        }
        return unsafe blocks(octets) { reader in
            // Holds: as above.
            unsafe PEM_read_bio_X509_CRL(reader, nil, { _, _, _, _ in -1 }, nil).map {
                unsafe RevocationListReference(owning: $0)
            }
        }
    }

    /// Whether there is an encapsulation boundary anywhere; text may stand before it (RFC 7468 §2).
    static func isPEM(_ octets: [UInt8]) -> Bool {
        let boundary = Array("-----BEGIN ".utf8)
        var matched = 0
        for octet in octets {
            // Of what has matched, only the five hyphens can be a later start's.
            let restart = octet == boundary[0] ? (matched == 5 ? 5 : 1) : 0
            matched = octet == boundary[matched] ? matched + 1 : restart
            if matched == boundary.count { return true }
        }
        return false
    }

    private static func blocks<Element>(_ octets: [UInt8], _ read: (OpaquePointer) -> Element?) -> [Element]? {
        ERR_clear_error()
        let elements: [Element]? = unsafe OpenSSLOctets.withReader(octets.span) { reader in
            var elements: [Element] = []
            while let element = unsafe read(reader) { elements.append(element) }
            return elements
        }
        let isAtEnd = OpenSSLErrors.lastReason(of: ERR_LIB_PEM) == PEM_R_NO_START_LINE
        ERR_clear_error()
        guard isAtEnd, let elements, !elements.isEmpty else { return nil }
        return elements
    }

    private static func sequence<Element>(
        _ octets: [UInt8], _ read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Element?
    ) -> [Element]? {
        defer { ERR_clear_error() }
        // Holds: OpenSSL moves the cursor over what it read, within the octets.
        return unsafe octets.withUnsafeBufferPointer { buffer in
            var elements: [Element] = []
            var cursor = buffer.baseAddress
            guard let end = unsafe cursor.map({ unsafe $0 + buffer.count }) else { return nil }
            while let start = unsafe cursor, unsafe start < end {
                guard let element = unsafe read(&cursor, end - start) else { return nil }
                elements.append(element)
            }
            return elements.isEmpty ? nil : elements
        }
    }
}
