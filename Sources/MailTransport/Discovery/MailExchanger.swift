import Octets

/// A host that takes mail for a domain from anywhere (RFC 5321 §5.1).
public struct MailExchanger: Sendable, Hashable {
    /// Lower numbers are tried first; 0 for an implicit one.
    public let preference: UInt16
    /// The host, in lower case and without a dot at its end.
    public let host: String
    /// Whether the domain has no MX record, so that it is its own exchanger.
    public let isImplicit: Bool

    /// The exchangers of `domain` in the order in which they should be tried: by preference, and at the same one by lot.
    ///
    /// - Parameters:
    ///   - resolver: who is asked.
    ///   - timeout: how long that may take.
    ///   - loops: the loops that timers run on; nil for `EventLoopGroup.shared()`.
    /// - Throws: `TransportError` of kind `.serviceNotOffered` for a domain that takes no mail (a null MX, RFC 7505), `.hostNotFound` for one
    ///   that does not exist, `.resolutionFailed` where nobody knows, also where there are MX records and none can be used, and
    ///   `.invalidEndpoint` for what is no domain.
    public static func exchangers(
        of domain: String, resolver: ResolverConfiguration = ResolverConfiguration(), timeout: Duration = .seconds(30),
        loops: EventLoopGroup? = nil
    ) async throws(TransportError) -> [MailExchanger] {
        var generator = SystemRandomNumberGenerator()
        return try await exchangers(of: domain, resolver, timeout, loops, using: &generator)
    }

    static func exchangers<Generator: RandomNumberGenerator>(
        of domain: String, _ resolver: ResolverConfiguration, _ timeout: Duration, _ loops: EventLoopGroup?,
        using generator: inout Generator
    ) async throws(TransportError) -> [MailExchanger] {
        let name = try ServiceLookup.domain(of: domain)
        let lookup = try ServiceLookup(resolver, within: timeout, on: loops)
        let records = try await lookup.records(of: .mx, name).get().records
        guard !records.isEmpty else {
            return [MailExchanger(preference: 0, host: name.hostName ?? domain, isImplicit: true)]
        }
        var exchangers: [MailExchanger] = []
        var isRefused = false
        for record in records {
            guard case .mailExchanger(let preference, let target) = record.value else { continue }
            if target == .root {
                isRefused = true
            } else if let host = target.hostName, case .name? = try? HostName(host, port: 25) {
                exchangers.append(MailExchanger(preference: preference, host: host, isImplicit: false))
            }
        }
        guard !exchangers.isEmpty else {
            let shown = "\(name)".escapedForDisplay
            if isRefused {
                throw TransportError(.serviceNotOffered, during: "resolve", "\(shown) takes no mail (RFC 7505)")
            }
            throw TransportError(.resolutionFailed, during: "resolve", "\(shown) has MX records, but none names a host")
        }
        exchangers.shuffle(using: &generator)
        let order = exchangers.enumerated().sorted { left, right in
            (left.element.preference, left.offset) < (right.element.preference, right.offset)
        }
        return order.prefix(maximumExchangers).map(\.element)
    }

    /// More exchangers than this are not looked at.
    private static let maximumExchangers = 100
}
