package import Octets

/// The engine of a protocol that Mailwire does not know: what arrives is the caller's to read, what is submitted is sent.
package struct OctetStream: ProtocolEngine {
    package enum Command: Sendable {
        case send(WireOctets)
        case startTLS
    }

    package enum Event: Sendable {
        /// There are unread octets, more than there were.
        case arrived
        case tlsEstablished
    }

    package var input = ReceiveBuffer()
    /// Whether the peer will send nothing more.
    private(set) var hasEnded = false

    private var output: [WireOctets] = []
    private var isUpgrading = false
    private var isUpgraded = false
    private var told = 0

    package mutating func receiveEndOfStream() {
        hasEnded = true
    }

    package mutating func tlsEstablished() {
        isUpgraded = true
    }

    package mutating func submit(_ command: Command) throws(TransportError) {
        switch command {
        case .send(let octets):
            if !octets.isEmpty { output.append(octets) }
        case .startTLS:
            guard input.isEmpty else {
                throw TransportError(
                    .plaintextAfterStartTLS, during: "TLS upgrade",
                    "\(input.count) octets that arrived in plaintext are still unread")
            }
            isUpgrading = true
        }
    }

    package mutating func step() throws(TransportError) -> EngineStep<Event> {
        if isUpgraded {
            isUpgraded = false
            return .event(.tlsEstablished)
        }
        if !output.isEmpty {
            // One write for what can go together.
            guard output.count > 1 else { return .write(output.removeFirst()) }
            var together = WireOctets()
            for octets in output { together.append(octets) }
            output = []
            return .write(together)
        }
        if isUpgrading {
            isUpgrading = false
            return .startTLS
        }
        if input.count > told {
            told = input.count
            return .event(.arrived)
        }
        return .needInput
    }

    /// Shows the unread octets to `body`.
    func lend(_ body: (Span<UInt8>) -> Int) -> Int {
        body(input.octets)
    }

    /// The reader took `count` octets.
    mutating func consume(_ count: Int) {
        input.consume(count)
        told = input.count
    }
}
