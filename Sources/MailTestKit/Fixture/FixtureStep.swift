/// One line of a fixture that does something.
public struct FixtureStep: Sendable, Hashable {
    /// What happens in a step, and on whose side.
    public enum Action: Sendable, Hashable {
        /// `S:` and `S~:`: the server sends this, line end included where there is one.
        case server(FixtureText)
        /// `C:` and `C~:`: the client sends this, line end included where there is one.
        case client(FixtureText)
        /// `>`: the caller submits the commands that these words stand for.
        case submit([FixtureText])
        /// `>!`: the caller submits them and one is refused by the engine.
        case submitRejected([FixtureText])
        /// `=> rejected`: what the engine said to the `>!` before.
        case rejected(FixtureText)
        /// `=>`: the engine tells an event.
        case event(FixtureText)
        /// `=> failure`: the engine gives the connection up.
        case failure(FixtureText)
        /// `!tls`: the client upgrades the channel to TLS.
        case startTLS
        /// `!close`: the server closes in an orderly way.
        case close
        /// `!stall`: the server says nothing more and keeps the connection. For sockets.
        case stall
        /// `!reset`: the server breaks the connection off. For sockets.
        case reset
    }

    /// The line of the file, counted from 1.
    public let line: Int
    /// What happens.
    public let action: Action

    /// The octets of a server's step; nil for any other.
    var serverText: FixtureText? {
        if case .server(let text) = action { text } else { nil }
    }

    /// How the line begins, for messages.
    var sign: String {
        switch action {
        case .server: "S:"
        case .client: "C:"
        case .submit: ">"
        case .submitRejected: ">!"
        case .rejected: "=> rejected"
        case .event: "=>"
        case .failure: "=> failure"
        case .startTLS: "!tls"
        case .close: "!close"
        case .stall: "!stall"
        case .reset: "!reset"
        }
    }
}
