import COpenSSL
import Octets

/// The names and services of which a server has to prove to be one, where the endpoint says more than its host (RFC 7817 §3).
struct AcceptedNames: Sendable, Hashable {
    /// Host names and addresses, to be found in dNSName and iPAddress entries.
    let names: [ServerName]
    /// Services such as `_imaps.example.org`, to be found in SRVName entries (RFC 4985 §2).
    let services: [String]

    /// Whether `certificate` is for one of them.
    @unsafe func containName(of certificate: OpaquePointer?) -> Bool {
        // As for a single name: no wildcard inside a label, and never the common name (RFC 9525 §6.3, §6.4).
        let flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS) | UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
        let isNamed = names.contains { name in
            // Holds: names and addresses are lent for the calls with their lengths; the caller vouches for the certificate.
            name.isAddress
                ? unsafe X509_check_ip(certificate, name.address, name.address.count, 0) == 1
                : unsafe X509_check_host(certificate, name.text, name.text.utf8.count, flags, nil) == 1
        }
        return unsafe isNamed || containService(of: certificate)
    }

    @unsafe private func containService(of certificate: OpaquePointer?) -> Bool {
        guard !services.isEmpty else { return false }
        let wanted = services.map { Array($0.utf8.map(\.lowercased)) }
        // Holds: as above.
        return unsafe CertificateNames.services(of: certificate).contains { wanted.contains($0.map(\.lowercased)) }
    }
}
