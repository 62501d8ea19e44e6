/// The session as a table: what may be asked when, what an answer looks like, and what may share a write.
///
/// Everything that RFC 1939 §3-§7, RFC 2449 §5 and §6.6, RFC 2595 §4 and RFC 5034 §4 say about order stands here and nowhere else.
enum SessionTable {
    /// Where the session stands: the states of RFC 1939, and what lies before and between them.
    enum Phase: Sendable, Hashable {
        /// The server has not greeted.
        case connected
        /// AUTHORIZATION: nobody has logged in.
        case authorization
        /// The server agreed to STLS.
        case handshake
        /// TRANSACTION: the maildrop is open.
        case transaction
        /// UPDATE: QUIT was sent, and the server removes what is marked.
        case update
        /// QUIT was answered, or the connection is over.
        case closed
    }

    /// What the caller asks, without its arguments.
    enum Request: Sendable, Hashable {
        case capa, stls, authenticate, stat, list, uidl, retr, top, dele, rset, noop, quit
    }

    /// What may be asked in `phase`.
    static func allowed(in phase: Phase) -> Set<Request> {
        switch phase {
        case .connected: []
        case .authorization: [.capa, .stls, .authenticate, .quit]
        case .handshake: []
        case .transaction: [.capa, .stat, .list, .uidl, .retr, .top, .dele, .rset, .noop, .quit]
        case .update: []
        case .closed: []
        }
    }

    /// What may be asked while TLS is demanded and not up: nothing that shows who is there.
    static let allowedBeforeTLS: Set<Request> = [.capa, .stls, .quit]

    /// What an answer is outstanding for.
    enum Exchange: Sendable, Hashable {
        case greeting
        case capa, stls
        case user, pass, auth, cancelledAuth
        case stat, list, listAll, uidl, uidlAll, retr, top, dele, rset, noop
        case quit
    }

    /// The exchange that a request begins; which one AUTH, LIST and UIDL begin depends on their arguments, not their verb and row.
    static func exchange(of request: Request) -> Exchange {
        switch request {
        case .capa: .capa
        case .stls: .stls
        case .authenticate: .auth
        case .stat: .stat
        case .list: .list
        case .uidl: .uidl
        case .retr: .retr
        case .top: .top
        case .dele: .dele
        case .rset: .rset
        case .noop: .noop
        case .quit: .quit
        }
    }

    /// What follows the first line of an answer that begins with `+OK`.
    enum Shape: Sendable, Hashable {
        /// Nothing.
        case line
        /// A line for each capability or message.
        case listing
        /// A message.
        case content
    }

    private typealias Row = (verb: String?, shape: Shape, mayGoOn: Bool, mayBePipelined: Bool)

    /// A row for each exchange: its verb, what follows `+OK`, whether `+` means something, and whether it may be sent behind and
    /// before others whose answers are outstanding, where the server offers PIPELINING. `-ERR` is one line everywhere.
    // swift-format-ignore
    private static func row(_ exchange: Exchange) -> Row {
        switch exchange {
        //                    verb    +OK then   "+"    pipelined
        case .greeting:      (nil,    .line,     false, false)
        case .capa:          ("CAPA", .listing,  false, false)
        case .stls:          ("STLS", .line,     false, false)
        case .user:          ("USER", .line,     false, false)
        case .pass:          ("PASS", .line,     false, false)
        case .auth:          ("AUTH", .line,     true,  false)
        case .cancelledAuth: ("AUTH", .line,     false, false)
        case .stat:          ("STAT", .line,     false, true)
        case .list:          ("LIST", .line,     false, true)
        case .listAll:       ("LIST", .listing,  false, true)
        case .uidl:          ("UIDL", .line,     false, true)
        case .uidlAll:       ("UIDL", .listing,  false, true)
        case .retr:          ("RETR", .content,  false, true)
        case .top:           ("TOP",  .content,  false, true)
        case .dele:          ("DELE", .line,     false, true)
        case .rset:          ("RSET", .line,     false, true)
        case .noop:          ("NOOP", .line,     false, true)
        case .quit:          ("QUIT", .line,     false, false)
        }
    }

    /// The verb of an exchange; nil for the greeting, which answers no command.
    static func verb(_ exchange: Exchange) -> String? { row(exchange).verb }

    /// What follows the first line of a good answer.
    static func shape(_ exchange: Exchange) -> Shape { row(exchange).shape }

    /// Whether the server may ask for more with `+`.
    static func mayGoOn(_ exchange: Exchange) -> Bool { row(exchange).mayGoOn }

    /// Whether it may be outstanding together with others.
    static func mayBePipelined(_ exchange: Exchange) -> Bool { row(exchange).mayBePipelined }
}
