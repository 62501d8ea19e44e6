import COpenSSL

/// An OCSP response that answers at all, freed with its owner.
@safe final class OCSPResponseReference {
    /// The signed part.
    let basic: OpaquePointer

    /// Reads a response in DER, without anything behind it.
    init(_ octets: [UInt8]) throws(StapledResponse.Refusal) {
        // Holds: OpenSSL reads no further than the octets go, and moves the cursor over what it read.
        var isWhole = false
        let read: OpaquePointer? = unsafe octets.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            let response = unsafe d2i_OCSP_RESPONSE(nil, &cursor, buffer.count)
            isWhole = unsafe cursor == buffer.baseAddress.map { unsafe $0 + buffer.count }
            return unsafe response
        }
        guard let response = unsafe read else { throw StapledResponse.Refusal(words: "cannot be read") }
        defer { unsafe OCSP_RESPONSE_free(response) }
        guard isWhole else { throw StapledResponse.Refusal(words: "cannot be read") }
        let status = unsafe OCSP_response_status(response)
        guard status == OCSP_RESPONSE_STATUS_SUCCESSFUL else {
            // Holds: a static text.
            let text = unsafe String(cString: OCSP_response_status_str(Int(status)))
            throw StapledResponse.Refusal(words: "says nothing but \(text)")
        }
        // Holds: this counts its own reference.
        guard let basic = unsafe OCSP_response_get1_basic(response) else {
            throw StapledResponse.Refusal(words: "is of a kind that is not known")
        }
        unsafe self.basic = basic
    }

    deinit {
        unsafe OCSP_BASICRESP_free(basic)
    }
}
