import COpenSSL
import Glibc
import Octets

/// Answers OpenSSL where it asks for a key's password, which it would otherwise ask for at the terminal.
final class PasswordRequest {
    private let password: Secret?
    /// Whether OpenSSL asked.
    private(set) var wasAsked = false

    init(_ password: Secret?) {
        self.password = password
    }

    /// Writes the password into `room`, for OpenSSL's callback; `raw` is a request that lives as long as the call.
    @unsafe static func answer(
        _ room: UnsafeMutablePointer<CChar>?, size: Int32, to raw: UnsafeMutableRawPointer?
    ) -> Int32 {
        // Holds: OpenSSL gives the room with its size, and the pointer it was given.
        guard let raw = unsafe raw, let room = unsafe room else { return -1 }
        let request = unsafe Unmanaged<PasswordRequest>.fromOpaque(raw).takeUnretainedValue()
        request.wasAsked = true
        guard let password = request.password else { return -1 }
        return password.withOctets { octets in
            guard octets.count <= Int(size) else { return -1 }
            for index in 0..<octets.count { unsafe room[index] = CChar(bitPattern: octets[index]) }
            return Int32(octets.count)
        }
    }

    /// Lends `password` to `body` as NUL-terminated text, overwritten behind it; what stands behind a NUL is not seen.
    @unsafe static func withText(of password: Secret?, _ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        var text: [CChar] = [0]
        if let password {
            text = password.withOctets { octets -> [CChar] in
                var text = [CChar](repeating: 0, count: octets.count + 1)
                for index in 0..<octets.count { text[index] = CChar(bitPattern: octets[index]) }
                return text
            }
        }
        // Holds: the text is this function's own, and NUL-terminated.
        return unsafe text.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            defer { unsafe explicit_bzero(start, buffer.count) }
            return unsafe body(start)
        }
    }
}
