/// What an engine wants done next.
public enum EngineStep<Event: Sendable>: Sendable {
    /// Something happened that the caller is to know.
    case event(Event)
    /// These octets are to be sent, behind whatever was to be sent before.
    case write(WireOctets)
    /// The server agreed to TLS: send what is pending, upgrade, then call `tlsEstablished()`. Nothing else may be called before.
    case startTLS
    /// Nothing more can happen before more octets arrive or a command is submitted.
    case needInput
}

/// A protocol session without sockets, time or tasks: octets and commands in, events and octets out.
///
/// Whoever drives an engine appends what arrives to `input`, submits commands, and calls `step()` until it answers
/// `.needInput`. Octets may arrive in pieces of any size: the events do not depend on the pieces. After `step()` or
/// `submit(_:)` threw an error that says that the connection is not usable, nothing more is called.
public protocol ProtocolEngine<Command, Event, Failure>: Sendable {
    /// What the caller can ask the server.
    associatedtype Command: Sendable
    /// What can happen.
    associatedtype Event: Sendable
    /// What can go wrong.
    associatedtype Failure: Error

    /// What was received and not yet consumed. Drivers write into it, the engine alone consumes.
    var input: ReceiveBuffer { get set }

    /// The server will send nothing more.
    mutating func receiveEndOfStream()

    /// The connection is now under TLS: what was learned in plaintext is forgotten.
    mutating func tlsEstablished()

    /// Queues a command, to be sent when the protocol allows it.
    ///
    /// - Throws: our own mistake: a command that the state does not allow, or an argument that cannot be sent. Nothing was queued.
    mutating func submit(_ command: Command) throws(Failure)

    /// Does the next thing.
    mutating func step() throws(Failure) -> EngineStep<Event>
}

extension ProtocolEngine {
    /// Appends octets that arrived. Never parses, never fails.
    public mutating func receive(_ octets: Span<UInt8>) {
        input.append(octets)
    }
}
