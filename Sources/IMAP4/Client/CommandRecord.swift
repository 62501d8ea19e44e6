internal import MailTransport

/// A command on its way, and what came in answer to it; confined to the client's actor.
final class CommandRecord {
    let handle: CommandHandle
    let verb: String
    let reply = PendingReply<IMAP4Reply, IMAP4Error>()
    /// Resolved when the server waits for the message of an APPEND, or has gone into IDLE.
    let ready = PendingReply<Void, IMAP4Error>()
    /// What the server told in answer.
    var data: [UntaggedResponse] = []
    /// Numbers and mailboxes among it, for the limit.
    var collected = 0
    /// The stream of messages of a FETCH.
    var fetch: FetchStream?
    /// Watches over the time the command has.
    var timer: LoopTimer?
    /// How far the connection had come when the timer was set.
    var progress: UInt64 = 0
    /// Whether the command still waited to be sent then.
    var wasQueued = false

    init(handle: CommandHandle, verb: String) {
        self.handle = handle
        self.verb = verb
    }

    func resolve(_ result: Result<IMAP4Reply, IMAP4Error>) {
        reply.resolve(result)
        switch result {
        case .success:
            ready.resolve(.success(()))
            fetch?.queue.finish()
        case .failure(let error):
            ready.resolve(.failure(error))
            fetch?.queue.finish(error)
        }
    }
}

/// The messages of a FETCH on their way to one consumer; confined to the client's actor.
final class FetchStream {
    /// A piece of the stream.
    enum Piece: Sendable {
        /// A message, with all its items where `isComplete`, else with those before its first streamed section.
        case message(SequenceNumber, [MessageAttribute], isComplete: Bool)
        case contentBegan(MessageContent, size: UInt64)
        case octets([UInt8])
        case contentEnded
        case attributes([MessageAttribute])
        case messageEnded
    }

    let queue: StreamQueue<Piece, IMAP4Error>
    /// How many messages were handed to the consumer.
    var messages: UInt64 = 0
    /// Where in the message that was handed out last the consumer is.
    var place = Place.betweenMessages
    /// How many sections of that message were begun.
    var sections: UInt64 = 0
    /// How many octets were dropped since the consumer went away.
    var drained = 0

    /// A place in the stream.
    enum Place { case betweenMessages, betweenSections, inSection }

    init(queue: StreamQueue<Piece, IMAP4Error>) {
        self.queue = queue
    }
}
