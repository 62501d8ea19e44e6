internal import COpenSSL

/// Text made by OpenSSL's PEM writers.
enum PEM {
    /// What `write` writes.
    static func text(_ write: (OpaquePointer) -> Int32) throws(TestTLSError) -> String {
        // Holds: the memory BIO owns its octets until it is freed, behind the copy.
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { throw TestTLSError("write PEM") }
        defer { unsafe BIO_free(memory) }
        guard unsafe write(memory) == 1 else { throw TestTLSError("write PEM") }
        var data: UnsafeMutablePointer<CChar>?
        let count = unsafe mailwire_BIO_get_mem_data(memory, &data)
        guard let data = unsafe data, count > 0 else { throw TestTLSError("write PEM") }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: data, count: count), as: UTF8.self)
    }
}
