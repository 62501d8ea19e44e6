package import Octets

/// An IMAP session without sockets, time or tasks (RFC 3501, RFC 9051): commands and octets in, octets and events out.
///
/// Commands are queued and sent in order; those that may overlap by RFC 3501 §5.5 are sent together.
package struct IMAP4Session: ProtocolEngine {
    package typealias Command = IMAP4Command
    package typealias Event = IMAP4Event
    package typealias Failure = IMAP4Error

    package var input = ReceiveBuffer()

    /// The state of RFC 3501 §3.
    package internal(set) var state = SessionState.greeting
    /// What the server can do; nil where it has not said so since the session began, TLS came up or the user logged in.
    package internal(set) var capabilities: Set<IMAP4Capability>?
    /// What is known of the selected mailbox; nil where none is selected.
    package internal(set) var selected: SelectedMailboxState?
    /// Whether the connection is under TLS.
    package internal(set) var isSecured: Bool

    let options: IMAP4SessionOptions
    var decoder: ResponseDecoder
    var tags: TagSequence
    var queue: ArraySlice<QueuedCommand> = []
    var inProgress: [CommandInProgress] = []
    var lineOwner: LineOwner?
    var output = WireOctets()
    var events: ArraySlice<IMAP4Event> = []
    var upgrade = TLSUpgrade.none
    /// What SELECT has told so far.
    var selecting: SelectedMailboxState?
    /// What the server said it can do since LOGIN or AUTHENTICATE was sent.
    var learnedCapabilities: Set<IMAP4Capability>?
    /// Why the session cannot go on once the events before it are told.
    var ending: IMAP4Error?
    /// What the server must not be heard to repeat while the user logs in.
    var mask = EchoMask()
    private var inputHasEnded = false

    /// A command that waits for its turn.
    struct QueuedCommand: Sendable {
        let command: IMAP4Command
        let tag: IMAP4Tag
        let rule: CommandRule
        let encoded: EncodedCommand
        let exchange: SASLExchange?
    }

    /// A command that was sent and is not complete.
    struct CommandInProgress: Sendable {
        let handle: CommandHandle
        let tag: IMAP4Tag
        let kind: IMAP4Command.Kind
        let effects: CommandEffects
    }

    /// How far a change to TLS has come.
    enum TLSUpgrade: Sendable {
        case none
        case agreed(CommandHandle, IMAP4Reply)
        case underWay(CommandHandle, IMAP4Reply)
    }

    /// A session at its beginning.
    ///
    /// - Parameters:
    ///   - isSecured: whether the connection is under TLS from its first octet.
    ///   - tagSeed: the random number tags are made of; the same number only where tests want the same tags.
    package init(
        options: IMAP4SessionOptions = IMAP4SessionOptions(), isSecured: Bool,
        tagSeed: UInt64 = .random(in: .min ... .max)
    ) {
        self.options = options
        self.isSecured = isSecured
        decoder = ResponseDecoder(limits: options.limits, quirks: options.quirks)
        tags = TagSequence(seed: tagSeed)
    }

    /// Whether the command still waits for its turn to be sent.
    package func isQueued(_ handle: CommandHandle) -> Bool {
        queue.contains { $0.command.handle == handle }
    }

    package mutating func receiveEndOfStream() {
        inputHasEnded = true
    }

    package mutating func tlsEstablished() {
        guard case .underWay(let handle, let reply) = upgrade else { return }
        upgrade = .none
        isSecured = true
        // RFC 3501 §6.2.1: what was learned in plaintext is forgotten.
        capabilities = nil
        decoder = ResponseDecoder(limits: options.limits, quirks: options.quirks)
        events.append(.tlsEstablished)
        events.append(.completed(handle, reply))
    }

    package mutating func step() throws(IMAP4Error) -> EngineStep<IMAP4Event> {
        while true {
            if let event = events.popFirst() { return .event(event) }
            if let ending { throw ending }
            sendQueue()
            if !events.isEmpty { continue }
            if !output.isEmpty {
                defer { output = WireOctets() }
                return .write(output)
            }
            if case .agreed(let handle, let reply) = upgrade {
                upgrade = .underWay(handle, reply)
                return .startTLS
            }
            if try !readPart() { return .needInput }
        }
    }

    /// Reads one part of a response; false where more octets are needed.
    private mutating func readPart() throws(IMAP4Error) -> Bool {
        let part: ResponsePart?
        do throws(ResponseFault) {
            part = try decoder.next(&input)
        } catch {
            throw end(IMAP4Error(error))
        }
        guard let part else {
            if inputHasEnded, state != .logout { throw end(closedByServer) }
            return false
        }
        do throws(IMAP4Error) {
            try handle(part)
        } catch {
            throw end(error)
        }
        return true
    }

    /// Remembers that the session is over.
    private mutating func end(_ error: IMAP4Error) -> IMAP4Error {
        ending = error
        return error
    }

    private var closedByServer: IMAP4Error {
        IMAP4Error(
            .connectionClosed, command: inProgress.first?.kind.verb,
            decoder.isInsideResponse || !input.isEmpty ? "in the middle of a response" : "without a BYE")
    }
}
