/// What is asked of the kernel for every TCP connection. The defaults are what a mail client wants.
public struct SocketOptions: Sendable, Hashable {
    /// Probes to a peer that is silent (tcp(7)).
    public struct KeepAlive: Sendable, Hashable {
        /// The silence before the first probe, in whole seconds; 60 by default.
        public var idle: Duration = .seconds(60)
        /// The time between probes, in whole seconds; 20 by default.
        public var interval: Duration = .seconds(20)
        /// How many probes go unanswered before the connection is over; 3 by default.
        public var count = 3

        /// The defaults.
        public init() {}
    }

    /// Whether small writes are sent at once (TCP_NODELAY): a command is one write, and waiting for more would only delay it. True by default.
    public var noDelay = true
    /// Probes that find a peer which is gone while nothing is to be sent; nil for none. After 120 seconds of silence by default.
    public var keepAlive: KeepAlive? = KeepAlive()
    /// How long what was sent may stay unacknowledged (TCP_USER_TIMEOUT), in milliseconds; nil leaves it to the system, which tries for about
    /// a quarter of an hour. 120 seconds by default.
    public var userTimeout: Duration? = .seconds(120)
    /// The interface to send and receive by (SO_BINDTODEVICE), such as `eth0`, at most 15 octets; nil, the default, for the one that the routes
    /// say. Linux before 5.7 asks for CAP_NET_RAW.
    public var interface: String?

    /// The defaults.
    public init() {}
}
