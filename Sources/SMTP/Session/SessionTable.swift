/// The session as a table: what may be asked when, what an answer means, and what may share a write.
///
/// Everything that RFC 5321 §4.1.4 and §4.3.2, RFC 2920 §3.1, RFC 3207 §4 and RFC 4954 §4 say about order stands here
/// and nowhere else.
enum SessionTable {
    /// Where the session stands. What is asked may only be asked when no answer is outstanding.
    enum Phase: Sendable, Hashable {
        /// The server has not greeted.
        case connected
        /// The server greeted, or TLS has just come up: nothing is known about it.
        case greeted
        /// EHLO or HELO was accepted, and no transaction is open.
        case ready
        /// Between MAIL and the answer to DATA, or to the RSET that takes it back.
        case envelope
        /// The server waits for the message.
        case content
        /// The server agreed to STARTTLS.
        case handshake
        /// QUIT was answered, or the connection is over.
        case closed
    }

    /// What the caller asks, without its arguments.
    enum Request: Sendable, Hashable {
        case hello, startTLS, authenticate, send, content, endOfContent, reset, noop, quit
    }

    /// What may be asked in `phase`.
    static func allowed(in phase: Phase) -> Set<Request> {
        switch phase {
        case .connected: []
        case .greeted: [.hello, .quit]
        case .ready: [.hello, .startTLS, .authenticate, .send, .reset, .noop, .quit]
        case .envelope: []
        case .content: [.content, .endOfContent]
        case .handshake: []
        case .closed: []
        }
    }

    /// What may be asked while TLS is demanded and not up: nothing that shows who is there or what they have to say.
    static let allowedBeforeTLS: Set<Request> = [.hello, .startTLS, .quit]

    /// What an answer is outstanding for.
    enum Exchange: Sendable, Hashable {
        case greeting
        case ehlo, helo, startTLS
        case auth, cancelledAuth
        case mail, rcpt, data, message, emptyMessage
        case transactionReset
        case rset, noop, quit
    }

    /// What an answer means for an exchange.
    enum Meaning: Sendable, Hashable {
        /// Done.
        case success
        /// The server waits for what belongs to the command.
        case goOn
        /// No.
        case refusal
        /// It means nothing at this place: the two sides are out of step.
        case outOfPlace
    }

    private typealias Row = (success: Meaning, goOn: Meaning, mayBeFollowed: Bool)

    /// A row for each exchange: what 2yz means, what 3yz means, and whether other commands may stand behind it in one
    /// write. 4yz and 5yz are a refusal everywhere; 421 and 221 end the session before this table is asked.
    // swift-format-ignore
    private static func row(_ exchange: Exchange) -> Row {
        switch exchange {
        //                             2yz           3yz          may be followed
        case .greeting:             (.success,    .outOfPlace,  false)
        case .ehlo, .helo:          (.success,    .outOfPlace,  false)
        case .startTLS:             (.success,    .outOfPlace,  false)
        case .auth:                 (.success,    .goOn,        false)
        case .cancelledAuth:        (.outOfPlace, .outOfPlace,  false)
        case .mail, .rcpt:          (.success,    .outOfPlace,  true)
        case .data:                 (.outOfPlace, .goOn,        false)
        case .message:              (.success,    .outOfPlace,  false)
        case .emptyMessage:         (.success,    .outOfPlace,  false)
        case .transactionReset:     (.success,    .outOfPlace,  true)
        case .rset:                 (.success,    .outOfPlace,  true)
        case .noop, .quit:          (.success,    .outOfPlace,  false)
        }
    }

    /// What a reply of `severity` means for `exchange`.
    static func meaning(of severity: ReplyCode.Severity, for exchange: Exchange) -> Meaning {
        switch severity {
        case .positiveCompletion: row(exchange).success
        case .positiveIntermediate: row(exchange).goOn
        case .transientNegative, .permanentNegative: .refusal
        }
    }

    /// Whether a command may be written behind one whose answer is outstanding, where the server offers PIPELINING.
    static func mayBeFollowed(_ exchange: Exchange) -> Bool { row(exchange).mayBeFollowed }

    /// The verb of an exchange; nil for the greeting, which answers no command.
    static func verb(_ exchange: Exchange) -> String? {
        switch exchange {
        case .greeting: nil
        case .ehlo: "EHLO"
        case .helo: "HELO"
        case .startTLS: "STARTTLS"
        case .auth, .cancelledAuth: "AUTH"
        case .mail: "MAIL"
        case .rcpt: "RCPT"
        case .data, .message, .emptyMessage: "DATA"
        case .transactionReset, .rset: "RSET"
        case .noop: "NOOP"
        case .quit: "QUIT"
        }
    }
}
