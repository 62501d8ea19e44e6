internal import CGlibcExtras
internal import Glibc
internal import Octets

/// Every charset that the C library's iconv knows.
enum IconvCharset {
    /// The text of `octets` in the charset `name`; nil where iconv does not know it.
    static func decode(_ octets: Span<UInt8>, from name: String) -> Charset.Decoded? {
        guard isSafe(name) else { return nil }
        // Holds: both names are NUL-terminated for the time of the call; the descriptor is closed on every path below.
        let opened = unsafe iconv_open("UTF-8", name)
        guard unsafe opened != UnsafeMutableRawPointer(bitPattern: -1), let descriptor = unsafe opened else {
            return nil
        }
        defer { unsafe iconv_close(descriptor) }
        return unsafe convert(octets, with: descriptor)
    }

    /// A name that may be given to iconv: a stranger chose it, so it must be nothing but a name, and none that means the
    /// process's own locale or memory layout.
    private static func isSafe(_ name: String) -> Bool {
        let isName = name.utf8.allSatisfy { octet in
            octet.isAlpha || octet.isDigit || "-_.:+()".utf8.contains(octet)
        }
        return isName && (1...64).contains(name.utf8.count)
            && !["char", "wchar_t", "internal", "locale"].contains(name)
    }

    /// - Parameter descriptor: an open conversion to UTF-8.
    @unsafe private static func convert(_ octets: Span<UInt8>, with descriptor: iconv_t) -> Charset.Decoded {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + octets.count / 2)
        var firstInvalid: Int?
        var position = 0
        while true {
            let (produced, code) = unsafe step(octets, from: &position, with: descriptor)
            text.append(contentsOf: produced)
            if code == E2BIG { continue }
            guard code != 0 else { break }
            // EILSEQ, or EINVAL for a character cut off by the end: the octet becomes U+FFFD and reading goes on behind it.
            if firstInvalid == nil { firstInvalid = position }
            text.append(contentsOf: "\u{FFFD}".utf8)
            if code == EINVAL { position = octets.count } else { position += 1 }
        }
        return Charset.Decoded(text: String(decoding: text.span), firstInvalid: firstInvalid)
    }

    /// Converts from `position` on, as far as the room goes; at the end of the octets it fetches what iconv holds back.
    ///
    /// - Returns: the UTF-8, and the error number: 0 at the end.
    @unsafe private static func step(
        _ octets: Span<UInt8>, from position: inout Int, with descriptor: iconv_t
    ) -> (ArraySlice<UInt8>, Int32) {
        var room = [UInt8](repeating: 0, count: 4_096)
        var produced = 0
        var code: Int32 = 0
        let start = position
        var inputLeft = octets.count - start
        // Holds: iconv reads at most `inputLeft` octets from the input, which it does not change, and writes at most
        // `outputLeft` into the room; no pointer leaves the closures.
        unsafe octets.withUnsafeBufferPointer { buffer in
            unsafe room.withUnsafeMutableBytes { spare in
                guard let base = spare.baseAddress else { return }
                var output: UnsafeMutablePointer<CChar>? = unsafe base.assumingMemoryBound(to: CChar.self)
                var outputLeft = spare.count
                var result = 0
                if inputLeft > 0, let first = buffer.baseAddress {
                    let source = unsafe UnsafeMutableRawPointer(mutating: first + start)
                    var input: UnsafeMutablePointer<CChar>? = unsafe source.assumingMemoryBound(to: CChar.self)
                    result = unsafe iconv(descriptor, &input, &inputLeft, &output, &outputLeft)
                } else {
                    result = unsafe iconv(descriptor, nil, nil, &output, &outputLeft)
                }
                if result == -1 { code = errno }
                produced = spare.count - outputLeft
            }
        }
        position = octets.count - inputLeft
        // Where all was converted, one more call fetches what is held back.
        if code == 0, start < octets.count { code = E2BIG }
        return (room[..<produced], code)
    }
}
