internal import MailTransport

/// An answer that is outstanding; confined to the client's actor.
final class PendingAnswer {
    /// The verb it answers; `greeting` where it answers none.
    let verb: String
    /// The message that follows the first line, where one does.
    let content: ContentStream?
    /// The event that answers; for a message, the one that says it follows.
    let reply = PendingReply<POP3Event, POP3Error>()

    init(_ verb: String, content: ContentStream? = nil) {
        self.verb = verb
        self.content = content
    }
}

/// The content of a message on its way to whoever reads it; confined to the client's actor.
final class ContentStream {
    /// What arrived and was not taken.
    let queue: StreamQueue<[UInt8], POP3Error>
    /// How many octets were dropped since nobody wants them.
    var dropped = 0

    init(flow: FlowControl) {
        queue = StreamQueue(highWater: 256 * 1024, flow: flow)
    }
}
