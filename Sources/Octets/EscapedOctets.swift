/// Text for people that shows what a peer sent without letting it act on their terminal.
///
/// UTF-8 text stays as it is; control characters, C1 controls, bidirectional overrides and octets that are not UTF-8 become `\xHH`.
public struct EscapedOctets: CustomStringConvertible, Sendable {
    private let text: String

    /// The escaped form of the first `limit` octets of `octets`, with `…` behind it where there are more.
    public init(_ octets: Span<UInt8>, limit: Int = .max) {
        let shown = octets.extracting(0..<min(octets.count, max(limit, 0)))
        var text = ""
        var index = 0
        while index < shown.count {
            let octet = shown[index]
            if octet < 0x80 {
                if octet.isControl {
                    Self.appendHexadecimal(octet, to: &text)
                } else {
                    text.unicodeScalars.append(Unicode.Scalar(octet))
                }
                index += 1
                continue
            }
            let length = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : 2
            let end = min(index + length, shown.count)
            let candidate = String(validating: [UInt8](copying: shown.extracting(index..<end)), as: UTF8.self)
            if let scalars = candidate?.unicodeScalars, scalars.count == 1, let scalar = scalars.first,
                Self.isHarmless(scalar)
            {
                text.unicodeScalars.append(scalar)
                index = end
            } else {
                Self.appendHexadecimal(octet, to: &text)
                index += 1
            }
        }
        if shown.count < octets.count { text += "…" }
        self.text = text
    }

    /// The escaped text.
    public var description: String { text }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }

    private static func appendHexadecimal(_ octet: UInt8, to text: inout String) {
        let digits = String(octet, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }
}

extension String {
    /// This text with control characters and bidirectional overrides escaped as `\xHH`, fit for a terminal.
    public var escapedForDisplay: String {
        EscapedOctets(Array(utf8).span).description
    }
}
