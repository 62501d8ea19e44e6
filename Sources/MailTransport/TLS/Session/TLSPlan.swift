/// What is decided about a connection's TLS before it is made: the settings, and whom the server has to prove to be.
struct TLSPlan: Sendable {
    let context: TLSContext
    /// Whom the server is asked to be.
    let name: ServerName
    /// What its certificate may be for instead; nil for nothing else than `name`.
    let accepted: AcceptedNames?
    /// Where its sessions are kept.
    let sessionKey: SessionCache.Key

    /// The plan for a server at `host` and `port`. What blocks is done off the loop.
    ///
    /// - Parameter references: the names that are accepted instead of the host's, unless the configuration names one.
    /// - Throws: `.invalidEndpoint` for a host that no certificate can name, and what is wrong with the settings.
    static func make(
        host: String, port: UInt16, _ configuration: TLSConfiguration, _ references: ReferenceNames? = nil,
        within limit: Duration, on loop: EventLoop
    ) async throws(TransportError) -> TLSPlan {
        let name = try await name(configuration.serverName ?? host, within: limit, on: loop)
        let references = configuration.serverName == nil ? references : nil
        var accepted: AcceptedNames?
        if let references {
            var names: [ServerName] = []
            for host in references.hosts { names.append(try await self.name(host, within: limit, on: loop)) }
            accepted = AcceptedNames(names: names, services: references.services)
        }
        let context = try await TLSContextCache.context(for: configuration, within: limit, on: loop)
        return TLSPlan(
            context: context, name: name, accepted: accepted,
            sessionKey: SessionCache.Key(host: host, port: port, name: name, accepted: accepted))
    }

    private static func name(
        _ text: String, within limit: Duration, on loop: EventLoop
    ) async throws(TransportError) -> ServerName {
        if ServerName.isImmediate(text) { return try ServerName(text) }
        let reply = SharedReply<ServerName>()
        BlockingWork.run {
            reply.resolve(Result { () throws(TransportError) in try ServerName(text) })
        } refused: { error in
            reply.resolve(.failure(error))
        }
        return try await reply.value(during: "read the server's name", within: limit, on: loop).get()
    }
}
