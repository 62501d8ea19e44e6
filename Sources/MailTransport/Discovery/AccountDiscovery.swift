/// Finds the servers of a mail account from the address alone, by the domain's SRV records (RFC 6186, RFC 8314 §5.1).
///
/// To be asked when an account is set up or no longer works, not for every connection (RFC 8314 §5.1): who can forge an answer of DNS would
/// choose the server anew each time.
public enum AccountDiscovery {
    /// How servers are looked for.
    public struct Configuration: Sendable {
        /// Who is asked.
        public var resolver = ResolverConfiguration()
        /// How long all of it may take; 30 seconds by default.
        public var timeout: Duration = .seconds(30)
        /// Whether usual host names in the domain (`imap.`, `smtp.`, `mail.` …) are suggested for what no record names; false by default. Only
        /// hosts that have an address are, and each is marked as a guess.
        public var suggestsGuesses = false
        /// The loops that timers run on; nil for `EventLoopGroup.shared()`.
        public var loops: EventLoopGroup?

        /// The defaults.
        public init() {}
    }

    /// The servers that the domain of `address` names.
    ///
    /// They come in order of preference: by the domain's priority, at the same one TLS before STARTTLS and IMAP before POP3, and servers of the
    /// same service by lot with the weights as chances (RFC 2782).
    /// - Parameter address: a mail address, or a domain alone.
    /// - Throws: `TransportError` of kind `.invalidEndpoint` for an address without such a domain; where nothing at all was answered,
    ///   the first reason. No record is no error.
    public static func discover(
        for address: String, configuration: Configuration = Configuration()
    ) async throws(TransportError) -> DiscoveredAccount {
        var generator = SystemRandomNumberGenerator()
        return try await discover(for: address, configuration: configuration, using: &generator)
    }

    static func discover<Generator: RandomNumberGenerator>(
        for address: String, configuration: Configuration, using generator: inout Generator
    ) async throws(TransportError) -> DiscoveredAccount {
        let domain = try ServiceLookup.domain(of: address)
        let lookup = try ServiceLookup(configuration.resolver, within: configuration.timeout, on: configuration.loops)
        var offers: [Offer] = []
        for (service, answer) in await answers(of: domain, lookup) {
            offers.append(Offer(service, answer, domain, using: &generator))
        }
        let unanswered = offers.reduce(into: [:]) { failures, offer in failures[offer.service] = offer.failure }
        if Task.isCancelled { throw .cancelled(during: "discover") }
        if unanswered.count == offers.count, let first = unanswered[.imaps] { throw first }
        var services = offers.flatMap(\.servers)
        let notOffered = Set(offers.filter(\.isRefused).map(\.service))
        if configuration.suggestsGuesses {
            services += try await guesses(domain, lookup, beside: services, notOffered, unanswered)
        }
        return DiscoveredAccount(
            domain: "\(domain)".lowercased(), services: ordered(services), notOffered: notOffered,
            unanswered: unanswered)
    }

    /// What a domain says of one service.
    private struct Offer {
        let service: MailService
        var servers: [DiscoveredService] = []
        var isRefused = false
        var failure: TransportError?

        init<Generator: RandomNumberGenerator>(
            _ service: MailService, _ answer: Result<DNSLookup.Answer, TransportError>, _ domain: DNSName,
            using generator: inout Generator
        ) {
            self.service = service
            switch answer {
            case .failure(let error) where error.kind != .hostNotFound:
                failure = error
            case .failure:
                break
            case .success(let answer):
                let records = answer.records.compactMap { AccountDiscovery.record($0) }
                    .sorted { $0.priority < $1.priority }.prefix(AccountDiscovery.maximumRecords)
                servers = ServiceRecord.ordered(Array(records), using: &generator).map {
                    DiscoveredService(service, $0, of: domain, isAuthenticated: answer.isAuthenticated)
                }
                isRefused = servers.isEmpty && answer.records.contains { AccountDiscovery.isRefusal($0) }
            }
        }
    }

    /// Asks for all services at once.
    private static func answers(
        of domain: DNSName, _ lookup: ServiceLookup
    ) async -> [(MailService, Result<DNSLookup.Answer, TransportError>)] {
        await withTaskGroup(of: (MailService, Result<DNSLookup.Answer, TransportError>).self) { group in
            for service in MailService.allCases {
                group.addTask {
                    guard let name = domain.prefixed(by: "_tcp")?.prefixed(by: "_\(service.label)") else {
                        // No record can have so long a name.
                        return (service, .success(DNSLookup.Answer(records: [], isAuthenticated: false)))
                    }
                    return (service, await lookup.records(of: .srv, name))
                }
            }
            var answers: [MailService: Result<DNSLookup.Answer, TransportError>] = [:]
            for await (service, answer) in group { answers[service] = answer }
            return MailService.allCases.compactMap { service in answers[service].map { (service, $0) } }
        }
    }

    /// A record's host, where one could connect to it.
    private static func record(_ record: DNSRecord) -> ServiceRecord? {
        guard case .service(let priority, let weight, let port, let target) = record.value, port != 0,
            let name = target.hostName, case .name(let host)? = try? HostName(name, port: port)
        else { return nil }
        return ServiceRecord(priority: priority, weight: weight, host: host, port: port)
    }

    /// The service is decidedly not available (RFC 2782).
    private static func isRefusal(_ record: DNSRecord) -> Bool {
        if case .service(_, _, _, .root) = record.value { true } else { false }
    }

    private static func ordered(_ services: [DiscoveredService]) -> [DiscoveredService] {
        func rank(_ service: DiscoveredService) -> [Int] {
            [
                service.isGuess ? 1 : 0, Int(service.priority), service.service.security == .tls ? 0 : 1,
                service.service.kind == .pop3 ? 1 : 0,
            ]
        }
        return services.enumerated().sorted { left, right in
            (rank(left.element) + [left.offset]).lexicographicallyPrecedes(rank(right.element) + [right.offset])
        }.map(\.element)
    }

    // MARK: Guesses

    /// Usual hosts for the services that nothing is known about; only with TLS from the first octet.
    private static func guesses(
        _ domain: DNSName, _ lookup: ServiceLookup, beside known: [DiscoveredService], _ notOffered: Set<MailService>,
        _ unanswered: [MailService: TransportError]
    ) async throws(TransportError) -> [DiscoveredService] {
        let usual: [(MailService, [String])] = [
            (.submissions, ["smtp", "mail"]), (.imaps, ["imap", "mail"]), (.pop3s, ["pop", "pop3", "mail"]),
        ]
        var guesses: [DiscoveredService] = []
        for (service, labels) in usual {
            let isKnown = known.contains { $0.service.kind == service.kind }
            guard !isKnown, !notOffered.contains(service), unanswered[service] == nil else { continue }
            for label in labels {
                guard let host = domain.prefixed(by: label)?.hostName, await lookup.hasAddress(host) else { continue }
                if Task.isCancelled { throw .cancelled(during: "discover") }
                let record = ServiceRecord(priority: 0, weight: 0, host: host, port: service.port)
                guesses.append(DiscoveredService(service, record, of: domain, isGuess: true))
            }
        }
        return guesses
    }

    /// More records of one service than this are not looked at.
    private static let maximumRecords = 100
}
