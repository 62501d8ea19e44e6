import COpenSSL
import Octets

/// The names a certificate is for.
enum CertificateNames {
    /// The dNSName and iPAddress entries of the subject alternative name, at most 100, escaped.
    static func names(of certificate: OpaquePointer) -> [String] {
        // Holds: the decoded extension is ours to free; its entries live as long as it does.
        guard let raw = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(raw)
        defer { unsafe GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<min(unsafe OPENSSL_sk_num(list), 100) {
            guard let entry = unsafe OPENSSL_sk_value(list, index) else { continue }
            let name = unsafe entry.assumingMemoryBound(to: GENERAL_NAME.self)
            switch unsafe name.pointee.type {
            case GEN_DNS: names.append(EscapedOctets(unsafe octets(name.pointee.d.dNSName).span).description)
            case GEN_IPADD: names.append(address(unsafe octets(name.pointee.d.iPAddress)))
            default: break
            }
        }
        return names
    }

    private static func octets(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> [UInt8] {
        // Holds: OpenSSL gives the data with its length.
        guard let string = unsafe string, let data = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: data, count: Int(max(ASN1_STRING_length(string), 0))))
    }

    private static func address(_ octets: [UInt8]) -> String {
        if octets.count == 4 { return octets.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: octets.count - octets.count % 2, by: 2)
            .map { String(UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
