import COpenSSL

/// Octets out of OpenSSL's objects.
enum OpenSSLOctets {
    /// What an `i2d_…` function encodes; empty where it cannot.
    static func encoded(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        var octets: UnsafeMutablePointer<UInt8>?
        // Holds: given a pointer to NULL, such a function allocates what it says it wrote; freed behind the copy.
        let count = unsafe withUnsafeMutablePointer(to: &octets) { unsafe encode($0) }
        guard count > 0, let octets = unsafe octets else { return [] }
        defer { unsafe mailwire_free(octets) }
        return unsafe Array(UnsafeBufferPointer(start: octets, count: Int(count)))
    }

    /// What `write` prints into a memory of OpenSSL's; empty where there is none.
    @unsafe static func written(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
        // Holds: the memory is freed behind the copy of what it says it holds.
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return [] }
        defer { unsafe BIO_free(memory) }
        _ = unsafe write(memory)
        var data: UnsafeMutablePointer<CChar>?
        let count = unsafe mailwire_BIO_get_mem_data(memory, &data)
        guard count > 0, let data = unsafe data else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: data, count: count))
    }

    /// The content of one of ASN.1's strings or integers.
    @unsafe static func content(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        // Holds: OpenSSL gives the data with its length.
        guard let string = unsafe string, let data = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: data, count: Int(max(ASN1_STRING_length(string), 0))))
    }

    /// Lends `octets` to `body` as a stream of OpenSSL's to read from; nil where there is no memory for one.
    static func withReader<Value>(_ octets: Span<UInt8>, _ body: (OpaquePointer) -> Value) -> Value? {
        // Holds: the stream reads from the octets and is freed before they are given back.
        unsafe octets.withUnsafeBytes { bytes in
            guard let reader = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return nil
            }
            defer { unsafe BIO_free(reader) }
            return unsafe body(reader)
        }
    }
}
