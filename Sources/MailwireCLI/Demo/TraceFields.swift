import Octets
import RFC5322

/// What servers add in front of a message on its way, and nothing else.
enum TraceFields {
    /// The names of the header fields that stand in front of `sent` in `received`.
    ///
    /// - Throws: `DemoFailure` where `received` does not end in `sent`, octet for octet, or something else than a trace field
    ///   (RFC 5321 §4.4) stands in front of it.
    static func added(to sent: [UInt8], in received: [UInt8]) throws -> [String] {
        guard received.count >= sent.count, received.suffix(sent.count).elementsEqual(sent) else {
            let difference = zip(received.reversed(), sent.reversed()).prefix { $0 == $1 }.count
            throw DemoFailure(
                "\(received.count) octets came back for \(sent.count) sent; they differ \(difference) octets before the end"
            )
        }
        let front = Array(received.prefix(received.count - sent.count))
        // A body is put behind, so that the header is complete.
        let names = Message(parsing: front + Array("\r\n".utf8)).header.map(\.name.rawName)
        for name in names where !known.contains(name.lowercased()) {
            throw DemoFailure("the servers added \(name.escapedForDisplay), which is no trace field")
        }
        guard front.isEmpty == names.isEmpty else { throw DemoFailure("something that is no field was put in front") }
        return names
    }

    private static let known: Set<String> = [
        "return-path", "received", "delivered-to", "x-original-to", "authentication-results", "received-spf",
        "arc-seal", "arc-message-signature", "arc-authentication-results", "dkim-signature",
    ]
}
