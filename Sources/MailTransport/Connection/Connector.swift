import Octets

/// Makes the connection that an endpoint describes: finds the address, connects, goes through the proxy where there is one, and has
/// ready what TLS needs. One deadline is over all of it.
enum Connector {
    /// What a driver takes over.
    struct Connected {
        /// The socket, connected and not yet watched by any loop.
        let socket: SocketDescriptor
        /// What TLS begins with, now or later; nil for an endpoint that is never secured.
        let tls: TLSPlan?
    }

    /// The end of the time that connecting may take.
    private struct TimeLimit {
        let whole: Duration
        let began = MonotonicTime.now

        var left: Duration { max(whole - MonotonicTime.now.since(began), .zero) }
    }

    /// Connects to `endpoint` within the configuration's `connectTimeout`.
    ///
    /// - Parameter port: the port where the endpoint names none.
    static func connect(
        to endpoint: Endpoint, port: UInt16, _ configuration: TransportConfiguration, on loop: EventLoop
    ) async throws(TransportError) -> Connected {
        let limit = TimeLimit(whole: configuration.connectTimeout)
        let route = try await Route(
            to: endpoint, port: endpoint.port ?? port, configuration, within: limit.left, on: loop)
        // What is wrong with our own settings is told before anybody hears of us.
        var plan: TLSPlan?
        if endpoint.security != .plaintext {
            plan = try await TLSPlan.make(
                host: route.host, port: route.port, configuration.tls, endpoint.referenceNames, within: limit.left,
                on: loop)
        }
        let trace = WireTrace(logger: configuration.logger, label: "connect")
        let socket = try await ConnectAttempts.connect(
            to: route.destination, configuration, within: limit.left, on: loop, trace)
        if let engine = route.proxyEngine {
            try await ProxyHandshake.run(
                engine, over: socket, "\(route.proxyName)", within: limit.left, on: loop, trace)
        }
        guard !Task.isCancelled else { throw .cancelled(during: "connect") }
        return Connected(socket: socket, tls: plan)
    }

    /// Where a connection goes, and what it says on its way.
    private struct Route {
        let destination: ConnectAttempts.Destination
        /// The server as TLS knows it.
        let host: String
        let port: UInt16
        var proxyEngine: (any ProxyEngine)?
        var proxyName = ""

        init(
            to endpoint: Endpoint, port: UInt16, _ configuration: TransportConfiguration, within limit: Duration,
            on loop: EventLoop
        ) async throws(TransportError) {
            guard let name = endpoint.unixSocket else {
                let host = try await HostName.make(endpoint.host, port: port, within: limit, on: loop)
                self.host = host.verified
                self.port = port
                guard let proxy = configuration.proxy else {
                    destination = host.destination(port: port)
                    return
                }
                proxyEngine = try proxy.engine(to: host, port: port)
                proxyName = proxy.description
                destination = try await HostName.make(proxy.host, port: proxy.port, within: limit, on: loop)
                    .destination(port: proxy.port)
                return
            }
            guard configuration.proxy == nil else {
                throw TransportError(
                    .invalidEndpoint, during: "connect", "\(name): no proxy leads to a Unix-domain socket")
            }
            guard endpoint.security == .plaintext || !(configuration.tls.serverName ?? endpoint.host).isEmpty else {
                throw TransportError(
                    .invalidEndpoint, during: "connect", "\(name): TLS needs a server's name, and there is none")
            }
            destination = .addresses([try SocketAddress(name)])
            host = endpoint.host
            self.port = 0
        }
    }
}

extension HostName {
    fileprivate func destination(port: UInt16) -> ConnectAttempts.Destination {
        switch self {
        case .literal(let address): .addresses([address])
        case .name(let name): .name(name, port: port)
        }
    }
}
