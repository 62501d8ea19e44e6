internal import Octets

/// Overwrites what a server echoes of a secret, so that its words can be kept and shown.
struct EchoMask: Sendable {
    /// Shorter secrets are too likely to be a part of a word.
    private static let shortest = 4

    private var needles: [Secret] = []

    /// Adds `secret`, and its Base64, to what is overwritten.
    mutating func add(_ secret: Secret) {
        guard secret.count >= Self.shortest else { return }
        needles.append(secret)
        needles.append(secret.withOctets { span in Secret(octets: Base64.encode(span)) })
    }

    /// `text` with every octet of every occurrence as `*`.
    ///
    /// The time grows with the length of the text times that of the secrets, which the command line keeps short.
    func masked(_ text: [UInt8]) -> [UInt8] {
        var masked = text
        for needle in needles {
            needle.withOctets { span in
                guard span.count <= text.count else { return }
                for start in 0...(text.count - span.count) where Self.stands(span, in: text, at: start) {
                    for index in start..<(start + span.count) { masked[index] = ASCII.asterisk }
                }
            }
        }
        return masked
    }

    private static func stands(_ needle: Span<UInt8>, in text: [UInt8], at start: Int) -> Bool {
        for index in 0..<needle.count where text[start + index] != needle[index] { return false }
        return true
    }
}
