/// What one connection to a scripted server came to.
public struct ScriptedConversation: Sendable {
    /// How the client ended the connection.
    public enum End: Sendable, Hashable {
        /// With the end of its stream; under TLS behind a close_notify.
        case orderly
        /// With the end of its TCP stream, but without the close_notify that TLS asks for.
        case truncated
        /// With a TCP reset.
        case reset
    }

    /// All octets the client sent in plaintext, expected or not.
    public internal(set) var plaintext: [UInt8] = []
    /// All octets the client sent under TLS, expected or not.
    public internal(set) var secured: [UInt8] = []
    /// What the client's TLS handshake said and came to; nil where it began none.
    public internal(set) var handshake: ServerHandshake?
    /// The server name the client asked for in its handshake (RFC 6066 §3); nil where it named none.
    public var serverName: String? { handshake?.serverName }
    /// The version of TLS that was agreed on, such as `TLSv1.3`; nil without a complete handshake.
    public var tlsVersion: String? { handshake?.version }
    /// How the client ended it; nil where the server did.
    public internal(set) var end: End?
    /// What went out of turn; nil where the script was played to its end.
    public internal(set) var failure: ScriptFailure?
}

/// A client that did something out of turn, or not in time.
public struct ScriptFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected, and what came.
    public let message: String
    /// The connection, counted from 1 in the order they were accepted; nil where it was never made.
    public internal(set) var connection: Int?
    /// The step of the script, counted from 1; nil behind its end.
    public internal(set) var step: Int?
    /// The line of the fixture; nil where the script comes from none.
    public internal(set) var line: Int?

    init(_ message: String) {
        self.message = message
    }

    /// The place and the message.
    public var description: String {
        let place = [
            connection.map { "connection \($0)" }, line.map { "line \($0)" } ?? step.map { "step \($0)" },
        ].compactMap { $0 }
        return "\(place.isEmpty ? "" : place.joined(separator: ", ") + ": ")\(message)"
    }
}
