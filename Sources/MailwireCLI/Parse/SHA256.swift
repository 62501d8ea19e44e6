import COpenSSL

/// The SHA-256 of octets (FIPS 180-4).
enum SHA256 {
    /// The digest of `octets` in 64 hexadecimal digits, lower case.
    static func hexadecimal(of octets: Span<UInt8>) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        // Holds: the input is read within its count, the digest has the 32 octets that SHA-256 writes, and neither pointer
        // leaves the closures. The only failure OpenSSL knows here is to be out of memory.
        unsafe octets.withUnsafeBytes { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                _ = unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, EVP_sha256(), nil)
            }
        }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for octet in digest {
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
