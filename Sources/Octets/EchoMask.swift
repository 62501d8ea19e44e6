/// Overwrites what a server echoes of a secret, so that its words can be kept and shown.
package struct EchoMask: Sendable {
    private static let shortest = 4

    private var needles: [Secret] = []

    /// A mask that overwrites nothing yet.
    package init() {}

    /// Adds `secret`, and its Base64, to what is overwritten; shorter than 4 octets it is no help and too likely a
    /// word.
    package mutating func add(_ secret: Secret) {
        guard secret.count >= Self.shortest else { return }
        needles.append(secret)
        needles.append(secret.withOctets { span in Secret(octets: Base64.encode(span)) })
    }

    /// `text` with every octet of every occurrence as `*`.
    package func masked(_ text: [UInt8]) -> [UInt8] {
        var masked = text
        for needle in needles {
            let length = needle.count
            var end = 0
            for start in needle.withOctets({ span in Self.occurrences(of: span, in: text.span) }) {
                for offset in max(start, end)..<(start + length) { masked[offset] = ASCII.asterisk }
                end = start + length
            }
        }
        return masked
    }

    /// Where `needle` stands in `text`, overlapping places included (Knuth, Morris and Pratt: linear whatever both
    /// hold).
    private static func occurrences(of needle: Span<UInt8>, in text: Span<UInt8>) -> [Int] {
        guard !needle.isEmpty, needle.count <= text.count else { return [] }
        var fallback = [Int](repeating: 0, count: needle.count)
        var matched = 0
        for index in 1..<max(needle.count, 1) {
            while matched > 0, needle[index] != needle[matched] { matched = fallback[matched - 1] }
            if needle[index] == needle[matched] { matched += 1 }
            fallback[index] = matched
        }
        var starts: [Int] = []
        matched = 0
        for index in 0..<text.count {
            while matched > 0, text[index] != needle[matched] { matched = fallback[matched - 1] }
            if text[index] == needle[matched] { matched += 1 }
            if matched == needle.count {
                starts.append(index + 1 - matched)
                matched = fallback[matched - 1]
            }
        }
        return starts
    }
}
