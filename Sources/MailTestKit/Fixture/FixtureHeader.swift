/// What a fixture says about itself before its first step.
public struct FixtureHeader: Sendable, Hashable {
    /// How the channel between the client and the server starts.
    public enum Channel: String, Sendable, Hashable {
        /// Under TLS from the first octet.
        case tls
        /// In plaintext, whether or not it is upgraded later.
        case plaintext
    }

    /// Where the server's words come from: `rfc`, `synthetic`, or `vendor:` and a product with its version.
    public let source: String
    /// The RFC and section that the fixture rests on.
    public let spec: String
    /// The one proposition that holds if the fixture plays.
    public let proves: String
    /// How the channel starts; TLS unless the fixture says otherwise.
    public let channel: Channel
    /// What the adapter is told about the client, from `key=value` words.
    public let client: [String: String]
    /// The capabilities a server needs for this conversation.
    public let needs: [String]
    /// The tolerances for broken servers that must be on.
    public let quirks: [String]
    /// The deliveries it is played with; all of them unless the fixture says otherwise.
    public let deliveries: Set<FixtureDelivery>
}

/// The header lines of a fixture, gathered one by one.
struct FixtureHeaderLines {
    private struct Value {
        var text: String
        var line: Int
    }

    private enum Key: String, CaseIterable {
        case spec, source, proves, channel, client, needs, quirks, delivery
    }

    private var values: [Key: Value] = [:]

    /// Takes what stands behind the `#` of a line.
    mutating func add(_ content: Substring, line: Int) throws(FixtureError) {
        guard let colon = content.firstIndex(of: ":") else {
            throw FixtureError("a line of the header reads \"# key: value\"; comments there begin with ##", line: line)
        }
        let name = content[..<colon].trimmingSpaces
        let value = content[content.index(after: colon)...].trimmingSpaces
        guard let key = Key(rawValue: name) else {
            let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw FixtureError("\"\(name.escapedForFixture)\" is no header; there are \(known)", line: line)
        }
        guard !value.isEmpty else { throw FixtureError("the header \"\(name)\" says nothing", line: line) }
        guard values.updateValue(Value(text: value, line: line), forKey: key) == nil else {
            throw FixtureError("the header \"\(name)\" stands twice", line: line)
        }
    }

    /// The whole header, once its last line was added.
    func header() throws(FixtureError) -> FixtureHeader {
        FixtureHeader(
            source: try source(), spec: try required(.spec), proves: try required(.proves), channel: try channel(),
            client: try client(), needs: words(.needs), quirks: words(.quirks).filter { $0 != "none" },
            deliveries: try deliveries())
    }

    private func required(_ key: Key) throws(FixtureError) -> String {
        guard let value = values[key] else { throw FixtureError("the header \"# \(key.rawValue): …\" is missing") }
        return value.text
    }

    private func words(_ key: Key) -> [String] {
        values[key].map { $0.text.split(separator: " ").map(String.init) } ?? []
    }

    private func source() throws(FixtureError) -> String {
        let source = try required(.source)
        let vendor = "vendor:"
        guard source == "rfc" || source == "synthetic" || source.hasPrefix(vendor) && source.count > vendor.count else {
            throw FixtureError("the source is rfc, synthetic or vendor:product-version", line: values[.source]?.line)
        }
        return source
    }

    private func channel() throws(FixtureError) -> FixtureHeader.Channel {
        guard let value = values[.channel] else { return .tls }
        guard let channel = FixtureHeader.Channel(rawValue: value.text) else {
            throw FixtureError("the channel is tls or plaintext", line: value.line)
        }
        return channel
    }

    private func client() throws(FixtureError) -> [String: String] {
        var options: [String: String] = [:]
        for word in words(.client) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, options.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw FixtureError("the client is told key=value, each key once", line: values[.client]?.line)
            }
        }
        return options
    }

    private func deliveries() throws(FixtureError) -> Set<FixtureDelivery> {
        guard let value = values[.delivery] else { return Set(FixtureDelivery.allCases) }
        var deliveries: Set<FixtureDelivery> = []
        for word in words(.delivery) {
            guard let delivery = FixtureDelivery(rawValue: word) else {
                let known = FixtureDelivery.allCases.map(\.rawValue).joined(separator: ", ")
                throw FixtureError("\"\(word.escapedForFixture)\" is no delivery; there are \(known)", line: value.line)
            }
            deliveries.insert(delivery)
        }
        return deliveries
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var content = self
        while content.first == " " { content.removeFirst() }
        while content.last == " " { content.removeLast() }
        return String(content)
    }
}
