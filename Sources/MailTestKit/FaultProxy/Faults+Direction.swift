extension Faults {
    /// What happens to octets on one way through a proxy. Several faults go together.
    public struct Direction: Sendable, Hashable {
        /// How long each octet is on its way, at most one day. The order is kept.
        ///
        /// Octets do not wait for those before them to arrive, so that throughput stays what it is; but at most 8 MiB are
        /// on their way at once.
        public var delay: Duration
        /// How fast octets go; nil for as fast as they come.
        public var rate: OctetRate?
        /// The most octets that go in one write, which the kernel sends as a segment of its own; nil for as many as come.
        ///
        /// How many of them the receiver reads at once is up to when it reads. Less than 1 counts as 1.
        public var split: Int?
        /// Where and how the connection ends; nil where it does not.
        public var cut: Cut?

        /// Faults of one way; nothing happens to the octets but what is named here.
        public init(delay: Duration = .zero, rate: OctetRate? = nil, split: Int? = nil, cut: Cut? = nil) {
            self.delay = delay
            self.rate = rate
            self.split = split
            self.cut = cut
        }

        /// Each octet is on its way for so long.
        public static func delay(_ delay: Duration) -> Direction { Direction(delay: delay) }

        /// Octets go no faster than this.
        public static func rate(_ rate: OctetRate) -> Direction { Direction(rate: rate) }

        /// Octets go in pieces of at most so many.
        public static func split(_ octets: Int) -> Direction { Direction(split: octets) }

        /// The connection ends behind so many octets.
        ///
        /// - Parameter sendsCloseNotify: whether TLS's end mark is sent where the proxy terminates TLS.
        public static func cut(after octets: Int, _ ending: Ending, sendsCloseNotify: Bool = false) -> Direction {
            Direction(cut: Cut(after: octets, ending, sendsCloseNotify: sendsCloseNotify))
        }
    }
}
