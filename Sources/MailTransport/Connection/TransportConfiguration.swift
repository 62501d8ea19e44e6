public import Logging

/// How connections are made and watched, whatever is spoken over them.
public struct TransportConfiguration: Sendable {
    /// What is demanded of TLS.
    public var tls = TLSConfiguration()
    /// How long resolving the name, connecting and reaching the server through a proxy may take together; 30 seconds by default.
    public var connectTimeout: Duration = .seconds(30)
    /// How the addresses of a host are tried.
    public var happyEyeballs = HappyEyeballs()
    /// Who is asked for names.
    public var resolver = ResolverConfiguration()
    /// The proxy to reach every server through; nil, the default, for none.
    public var proxy: Proxy?
    /// The literal addresses to connect from, one a family at most; where there is one, a family without is not used. None by default: the
    /// routes decide. The port is the kernel's choice.
    public var sourceAddresses: [String] = []
    /// What is asked of the kernel for every TCP connection.
    public var socketOptions = SocketOptions()
    /// How long a TLS handshake may take, whatever arrives meanwhile; 30 seconds by default.
    public var handshakeTimeout: Duration = .seconds(30)
    /// How long a caller who waits may see no octet move before the first one of an answer arrives, counted from when he began to wait
    /// or something was last sent; nil, the default, leaves it to the deadline of the whole answer.
    public var firstOctetTimeout: Duration?
    /// How long a caller who waits may see no octet move after that; nil by default.
    public var stallTimeout: Duration?
    /// Octets a second that must move while a caller waits for the rest of an answer that has begun, measured over
    /// `rateInterval`; nil by default. It ends what trickles for ever without a stall.
    public var minimumRate: Int?
    /// Over how long `minimumRate` is measured; 10 seconds by default.
    public var rateInterval: Duration = .seconds(10)
    /// How long saying goodbye may take before the connection is closed without; 2 seconds by default.
    public var closeTimeout: Duration = .seconds(2)
    /// The loops that connections live on; nil for `EventLoopGroup.shared()`.
    public var loops: EventLoopGroup?
    /// Gets the wire trace at trace level, without secrets; nil for no trace.
    public var logger: Logger?

    /// The defaults.
    public init() {}

    var watchesSilence: Bool { firstOctetTimeout != nil || stallTimeout != nil || minimumRate != nil }
}
