internal import Octets

/// What a server said it can do, in its answer to CAPA (RFC 2449 §5).
public struct POP3Capabilities: Sendable, Hashable, CustomStringConvertible {
    /// The capabilities, in the server's order, each once.
    public private(set) var tags: [POP3Capability] = []

    private var values: [POP3Capability: [String]] = [:]

    /// No capability.
    public init() {}

    /// Whether the server offers `capability`.
    public func offers(_ capability: POP3Capability) -> Bool { values[capability] != nil }

    /// The parameters of `capability`, as the server wrote them; empty where it has none or is not offered.
    public func parameters(of capability: POP3Capability) -> [String] { values[capability] ?? [] }

    /// The names of the SASL mechanisms offered (RFC 5034 §3), upper case, each once, in the server's order.
    public var mechanisms: [String] {
        var names: [String] = []
        for name in parameters(of: .sasl).map({ $0.uppercased() }) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The least number of seconds from one login to the next (RFC 2449 §6.5); nil where the server names none.
    public var loginDelay: UInt32? { parameters(of: .loginDelay).first.flatMap { Self.number($0) } }

    /// The least number of days that messages stay on the server (RFC 2449 §6.7); `.max` for NEVER, nil where it names none.
    public var expire: UInt32? {
        guard let value = parameters(of: .expire).first else { return nil }
        return value.uppercased() == "NEVER" ? .max : Self.number(value)
    }

    /// Whether names and passwords may be UTF-8 in USER and PASS (RFC 6856 §2.1).
    public var acceptsUTF8User: Bool { parameters(of: .utf8).contains { $0.uppercased() == "USER" } }

    /// The capabilities with their parameters, in the server's order, such as `TOP, SASL PLAIN LOGIN`.
    public var description: String {
        tags.map { ([$0.description] + parameters(of: $0)).joined(separator: " ").escapedForDisplay }.joined(
            separator: ", ")
    }

    /// Adds what one line of the answer says; a capability that came before keeps its parameters and gains new ones.
    ///
    /// ```
    /// capability = capa-tag *(SP param) CRLF       ; RFC 2449 §3
    /// ```
    /// Spaces may be more than one. A line without a tag says nothing, and nothing is added where `limit` capabilities are known.
    mutating func add(_ line: Span<UInt8>, limit: Int) {
        let words = String(decoding: line).utf8.split { $0.isWhiteSpace }.map { String(Substring($0)) }
        guard let tag = words.first.map({ POP3Capability($0) }) else { return }
        guard var known = values[tag] else {
            guard tags.count < limit else { return }
            tags.append(tag)
            values[tag] = Array(words.dropFirst())
            return
        }
        let seen = Set(known)
        known.append(contentsOf: words.dropFirst().filter { !seen.contains($0) })
        guard known.count <= limit else { return }
        values[tag] = known
    }

    private static func number(_ text: String) -> UInt32? {
        text.utf8.allSatisfy(\.isDigit) ? UInt32(text) : nil
    }
}
