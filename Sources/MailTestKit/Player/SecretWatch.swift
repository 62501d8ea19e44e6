internal import Logging
internal import Octets

/// Looks that nothing of what a fixture marks as secret is shown: not in the wire trace, not in an error.
final class SecretWatch: Sendable {
    private let secrets: [String]
    private let leaks = Lock<[String]>([])

    /// A watch over the secrets of `fixture`, and over what they hold in Base64.
    init(_ fixture: Fixture) {
        var found: Set<String> = []
        var shown = ""
        for step in fixture.steps {
            guard case .client(let text) = step.action else { continue }
            for piece in text.pieces {
                guard case .octets(let octets, let isSecret) = piece else { continue }
                guard isSecret else {
                    shown += String(decoding: octets, as: UTF8.self)
                    continue
                }
                found.insert(String(decoding: octets, as: UTF8.self))
                // PLAIN, LOGIN and the like: what stands last is the password.
                if let last = Base64.decode(octets.span)?.split(separator: 0).last {
                    found.insert(String(decoding: last, as: UTF8.self))
                }
            }
        }
        // What is shorter stands in other words; what the client says openly elsewhere is none of ours.
        secrets = found.filter { $0.utf8.count >= 6 && !shown.contains($0) && !$0.contains("\u{FFFD}") }.sorted()
    }

    /// A logger that takes the trace of a connection.
    var logger: Logger { Logger(label: "fixture") { _ in Handler(watch: self) } }

    /// `text` is about to be seen by somebody.
    func look(at text: String) {
        guard secrets.contains(where: { text.contains($0) }) else { return }
        leaks.withLock { $0.append(text) }
    }

    /// The first text that showed a secret; nil where none did.
    var leak: String? { leaks.withLock { $0.first } }

    private struct Handler: LogHandler {
        let watch: SecretWatch
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            watch.look(at: "\(event.message) \(event.metadata.map { "\($0)" } ?? "")")
        }
    }
}
