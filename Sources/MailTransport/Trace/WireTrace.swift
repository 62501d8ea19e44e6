import Logging
import Octets
import Synchronization

/// Writes what goes over the wire to a logger at trace level, secrets as `<redacted>`.
///
/// What is sent prints by `WireOctets`, which knows its secret ranges. What is received is shown line by line, with every
/// secret that was sent masked, so that a server's echo does not show it either.
struct WireTrace {
    private let logger: Logger?
    private let metadata: Logger.Metadata
    private var secrets: [[UInt8]] = []
    private var line: [UInt8] = []
    private var dropped = 0

    /// A trace for one connection; nothing is kept or done where `logger` does not log at trace level.
    init(logger: Logger?, label: String) {
        let isWanted = (logger?.logLevel ?? .critical) <= .trace
        self.logger = isWanted ? logger : nil
        // An idle connection without a trace keeps no memory for one.
        metadata = isWanted ? ["connection": "\(label)-\(Self.nextNumber.add(1, ordering: .relaxed).newValue)"] : [:]
    }

    /// Something other than octets happened.
    func note(_ message: @autoclosure () -> String) {
        guard let logger else { return }
        let text = message()
        logger.trace("\(text.escapedForDisplay)", metadata: metadata)
    }

    /// `octets` are about to be sent.
    mutating func sent(_ octets: WireOctets) {
        guard let logger else { return }
        for range in octets.secretRanges { remember(octets.octets[range]) }
        logger.trace("C: \(octets.description(limit: Self.shown))", metadata: metadata)
    }

    /// `octets` arrived.
    mutating func received(_ octets: Span<UInt8>) {
        guard logger != nil else { return }
        // Enough of a line is kept to recognise a secret that begins within what is shown.
        let kept = Self.shown + (secrets.map(\.count).max() ?? 0)
        var start = 0
        while start < octets.count {
            let end = octets.firstOffset(of: ASCII.lf, from: start)
            let piece = octets.extracting(start..<(end ?? octets.count))
            let taken = min(piece.count, max(kept - line.count, 0))
            line.append(contentsOf: [UInt8](copying: piece.extracting(0..<taken)))
            dropped += piece.count - taken
            start += piece.count + 1
            if end != nil { show() }
        }
    }

    /// Shows what has arrived of an unfinished line.
    mutating func flush() {
        if !line.isEmpty { show() }
    }

    private mutating func show() {
        if line.last == ASCII.cr { line.removeLast() }
        var text = ""
        for piece in masked(line) { text += piece }
        logger?.trace("S: \(text)\(dropped > 0 ? "… (\(dropped) octets more)" : "")", metadata: metadata)
        line.removeAll(keepingCapacity: true)
        dropped = 0
    }

    /// The line with every known secret replaced, the longest first, cut to what is shown.
    private func masked(_ line: [UInt8]) -> [String] {
        var pieces: [String] = []
        var plain: [UInt8] = []
        var index = 0
        while index < min(line.count, Self.shown) {
            let secret = secrets.first { line[index...].starts(with: $0) }
            guard let secret else {
                plain.append(line[index])
                index += 1
                continue
            }
            pieces.append(EscapedOctets(plain.span).description)
            plain = []
            pieces.append("<redacted>")
            index += secret.count
        }
        pieces.append(EscapedOctets(plain.span).description)
        return pieces
    }

    private mutating func remember(_ secret: some Collection<UInt8>) {
        let raw = Array(secret)
        var forms = [raw]
        // A response in Base64 holds the secret itself, which a server may echo decoded: PLAIN's last part, the password.
        if let decoded = Base64.decode(raw.span), let last = decoded.split(separator: 0).last {
            forms.append(Array(last))
        }
        for form in forms where form.count >= 4 && !secrets.contains(form) && secrets.count < 64 {
            secrets.append(form)
        }
        secrets.sort { $0.count > $1.count }
    }

    /// Octets of a line or write that are shown.
    private static let shown = 1024
    private static let nextNumber = Atomic<UInt64>(0)
}
