extension Faults {
    /// Where a connection ends, and how.
    public struct Cut: Sendable, Hashable {
        /// How many octets are forwarded that way before it. With 0 it strikes as soon as both sides are connected.
        public var after: Int
        /// How it ends.
        public var ending: Ending
        /// Whether TLS's end mark (RFC 8446 §6.1) goes in front of the end of the stream, where the proxy terminates TLS.
        ///
        /// Without it, the end is what an attacker or a network makes of it: a truncation.
        public var sendsCloseNotify: Bool

        /// The end of a connection behind so many octets.
        public init(after octets: Int, _ ending: Ending, sendsCloseNotify: Bool = false) {
            after = octets
            self.ending = ending
            self.sendsCloseNotify = sendsCloseNotify
        }
    }

    /// How a connection ends.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// With the end of the stream towards both sides. What they still send is read and thrown away until they close too,
        /// at most for two seconds.
        case close
        /// With a TCP reset towards both sides, behind the octets that were forwarded. A Unix-domain socket knows no reset, and
        /// is closed.
        case reset
        /// With the end of the stream on this way alone: what comes further is thrown away, while the other way works on.
        case halfClose = "half-close"
        /// With silence: nothing is read or forwarded either way any more, and both sockets stay open until both sides have
        /// given up or the proxy stops.
        case blackHole = "black-hole"
    }
}
