/// Octets to be sent that know which of their ranges are secret.
///
/// What prints, prints from here, so a secret cannot reach a log: its ranges show as `<redacted>`.
public struct WireOctets: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// All octets as they go on the wire, secrets included.
    public private(set) var octets: [UInt8]

    /// The ranges of `octets` that must not be shown, ascending and apart.
    public private(set) var secretRanges: [Range<Int>] = []

    /// No octets.
    public init() {
        octets = []
    }

    /// Octets of which none is secret.
    public init(_ octets: [UInt8]) {
        self.octets = octets
    }

    /// The UTF-8 of `text`, none of it secret.
    public init(_ text: String) {
        octets = Array(text.utf8)
    }

    /// The number of octets.
    public var count: Int { octets.count }

    /// Whether there is no octet.
    public var isEmpty: Bool { octets.isEmpty }

    /// Adds the UTF-8 of `text`.
    public mutating func append(_ text: String) {
        octets.append(contentsOf: text.utf8)
    }

    /// Adds one octet.
    public mutating func append(_ octet: UInt8) {
        octets.append(octet)
    }

    /// Adds `octets`.
    public mutating func append(contentsOf octets: some Sequence<UInt8>) {
        self.octets.append(contentsOf: octets)
    }

    /// Adds `octets` as secret.
    public mutating func appendSecret(contentsOf octets: some Sequence<UInt8>) {
        let start = self.octets.count
        self.octets.append(contentsOf: octets)
        noteSecret(start..<self.octets.count)
    }

    /// Notes a range behind all others, as one with the last where they touch.
    private mutating func noteSecret(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if let last = secretRanges.last, last.upperBound == range.lowerBound {
            secretRanges[secretRanges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            secretRanges.append(range)
        }
    }

    /// Adds the octets of `secret` as secret.
    public mutating func appendSecret(_ secret: Secret) {
        secret.withOctets { span in appendSecret(contentsOf: [UInt8](copying: span)) }
    }

    /// Adds all of `other`, its secret ranges kept.
    public mutating func append(_ other: WireOctets) {
        let offset = octets.count
        octets.append(contentsOf: other.octets)
        for range in other.secretRanges { noteSecret((range.lowerBound + offset)..<(range.upperBound + offset)) }
    }

    /// Adds CRLF.
    public mutating func appendCRLF() {
        octets.append(ASCII.cr)
        octets.append(ASCII.lf)
    }

    /// The octets as text, secrets as `<redacted>`, control characters escaped.
    public var description: String { description(limit: .max) }

    /// The first `limit` octets as text, secrets as `<redacted>`, control characters escaped.
    public func description(limit: Int) -> String {
        var text = ""
        var position = 0
        let end = min(octets.count, max(limit, 0))
        for range in secretRanges where range.lowerBound < end {
            text += EscapedOctets(octets.span.extracting(position..<range.lowerBound)).description
            text += "<redacted>"
            position = range.upperBound
        }
        if position < end { text += EscapedOctets(octets.span.extracting(position..<end)).description }
        if end < octets.count, position < octets.count { text += "…" }
        return text
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// A mirror that shows `description` alone.
    public var customMirror: Mirror { Mirror(self, children: ["octets": description], displayStyle: .struct) }
}
