import COpenSSL

/// OpenSSL's queue of errors, which belongs to the thread.
enum OpenSSLErrors {
    /// The oldest error's code, 0 for none, and the text of all; the queue is empty then.
    static func take() -> (code: UInt, text: String) {
        var first: UInt = 0
        var texts: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            if first == 0 { first = code }
            // Holds: the reason is a static text or NULL.
            if let reason = unsafe ERR_reason_error_string(code) { texts.append(unsafe String(cString: reason)) }
        }
        return (first, texts.isEmpty ? "unknown error" : texts.joined(separator: ", "))
    }

    /// The text of all errors; the queue is empty then.
    static func takeText() -> String { take().text }

    /// The reason within an error code, which means something together with its library alone.
    static func reason(of code: UInt) -> Int32 { Int32(truncatingIfNeeded: code & 0x7FFFFF) }

    /// The library within an error code, such as ERR_LIB_SSL.
    static func library(of code: UInt) -> Int32 { Int32(truncatingIfNeeded: code >> 23 & 0xFF) }

    /// The reason of the newest error where it is of `library`; 0 otherwise. The queue stays as it is.
    static func lastReason(of library: Int32) -> Int32 {
        let code = ERR_peek_last_error()
        return code != 0 && self.library(of: code) == library ? reason(of: code) : 0
    }
}
