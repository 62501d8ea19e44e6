internal import COpenSSL

/// What OpenSSL's writers write into memory.
enum MemoryBIO {
    /// The octets of what `write` writes.
    static func octets(_ write: (OpaquePointer) -> Int32) throws(TestTLSError) -> [UInt8] {
        // Holds: the memory BIO owns its octets until it is freed, behind the copy.
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { throw TestTLSError("write") }
        defer { unsafe BIO_free(memory) }
        guard unsafe write(memory) == 1 else { throw TestTLSError("write") }
        return unsafe contents(of: memory)
    }

    /// The text of what `write` writes, such as PEM.
    static func text(_ write: (OpaquePointer) -> Int32) throws(TestTLSError) -> String {
        unsafe String(decoding: try octets(write), as: UTF8.self)
    }

    /// What stands in `memory` unread, left there.
    @unsafe static func contents(of memory: OpaquePointer) -> [UInt8] {
        var data: UnsafeMutablePointer<CChar>?
        // Holds: OpenSSL gives the data with its length.
        let count = unsafe mailwire_BIO_get_mem_data(memory, &data)
        guard let data = unsafe data, count > 0 else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: data, count: count))
    }
}
