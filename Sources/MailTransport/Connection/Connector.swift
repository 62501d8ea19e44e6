/// Makes the connection that an endpoint describes: resolves its name, connects, and has ready what TLS needs.
enum Connector {
    /// What a driver takes over.
    struct Connected {
        /// The socket, connected and not yet watched by any loop.
        let socket: SocketDescriptor
        /// What TLS begins with, now or later; nil for an endpoint that is never secured.
        let tls: TLSPlan?
    }

    /// Connects to `endpoint` within the configuration's `connectTimeout`.
    ///
    /// - Parameter port: the port where the endpoint names none.
    static func connect(
        to endpoint: Endpoint, port: UInt16, _ configuration: TransportConfiguration, on loop: EventLoop
    ) async throws(TransportError) -> Connected {
        let limit = configuration.connectTimeout
        let began = MonotonicTime.now
        let addresses = try await Resolver.addresses(
            of: endpoint.host, port: endpoint.port ?? port, within: limit, on: loop)
        var plan: TLSPlan?
        if endpoint.security != .plaintext {
            plan = try await TLSPlan.make(
                host: endpoint.host, port: endpoint.port ?? port, configuration.tls, within: limit, on: loop)
        }
        let spent = Duration.nanoseconds(MonotonicTime.now.nanoseconds - began.nanoseconds)
        let socket = try await ConnectAttempts.connect(
            to: addresses, within: spent < limit ? limit - spent : .zero, on: loop)
        guard !Task.isCancelled else { throw .cancelled(during: "connect") }
        return Connected(socket: socket, tls: plan)
    }
}
