import COpenSSL
import Glibc
import Octets

/// The names a certificate is for.
enum CertificateNames {
    /// The dNSName, iPAddress and SRVName entries of the subject alternative name, at most `limit`, escaped.
    @unsafe static func names(of certificate: OpaquePointer?, limit: Int = 100) -> [String] {
        // Holds: the decoded extension is ours to free; its entries live as long as it does.
        guard let raw = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(raw)
        defer { unsafe GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<max(unsafe OPENSSL_sk_num(list), 0) where names.count < limit {
            guard let entry = unsafe OPENSSL_sk_value(list, index) else { continue }
            let name = unsafe entry.assumingMemoryBound(to: GENERAL_NAME.self)
            switch unsafe name.pointee.type {
            case GEN_DNS:
                let octets = unsafe OpenSSLOctets.content(of: name.pointee.d.dNSName)
                names.append(EscapedOctets(octets.span, limit: 255).description)
            case GEN_IPADD:
                names.append(address(unsafe OpenSSLOctets.content(of: name.pointee.d.iPAddress)))
            default: break
            }
        }
        for service in unsafe services(of: certificate, limit: limit - names.count) {
            names.append(EscapedOctets(service.span, limit: 255).description)
        }
        return names
    }

    /// The SRVName entries of the subject alternative name, at most `limit`, such as `_imaps.example.org` (RFC 4985 §2).
    @unsafe static func services(of certificate: OpaquePointer?, limit: Int = 100) -> [[UInt8]] {
        // Holds: as above.
        guard let raw = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(raw)
        defer { unsafe GENERAL_NAMES_free(list) }
        var services: [[UInt8]] = []
        for index in 0..<max(unsafe OPENSSL_sk_num(list), 0) where services.count < limit {
            guard let entry = unsafe OPENSSL_sk_value(list, index) else { continue }
            let name = unsafe entry.assumingMemoryBound(to: GENERAL_NAME.self)
            guard unsafe name.pointee.type == GEN_OTHERNAME, let other = unsafe name.pointee.d.otherName,
                unsafe OBJ_obj2nid(other.pointee.type_id) == NID_SRVName, let value = unsafe other.pointee.value,
                unsafe value.pointee.type == V_ASN1_IA5STRING
            else { continue }
            services.append(unsafe OpenSSLOctets.content(of: value.pointee.value.ia5string))
        }
        return services
    }

    /// An address in the usual notation; in hexadecimal where it is none.
    static func address(_ octets: [UInt8]) -> String {
        guard octets.count == 4 || octets.count == 16 else { return HexadecimalText.of(octets.prefix(32)) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // Holds: 4 or 16 octets are what the families have, and the text has room for either.
        unsafe inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
