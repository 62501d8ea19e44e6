import Octets

/// Looks host names up on threads of their own, each name once for all who ask at the same time.
///
/// What is promised: whoever asks goes on at once when he no longer wants the answer, however long the system's resolver takes. A resolver
/// that hangs for some names holds up no other name while fewer than `limit` lookups hang (a name with two families is two), and never a
/// literal address, a Unix-domain socket or the reading of files, which need no thread of these. A lookup of a name that is asked for again
/// after `patience` is begun anew beside the old one, three times at most: what hangs for want of a network is not waited for when the
/// network is back.
package final class HostLookups: Sendable {
    /// What is asked.
    package struct Question: Sendable, Hashable {
        /// The name, without a dot at its end.
        package let name: String
        /// The family of the addresses.
        package let family: AddressFamily
        fileprivate let nameServers: [NameServer]
    }

    /// What was found, or why there is nothing.
    package typealias Answer = Result<ResolvedAddresses, TransportError>
    /// Blocks until it knows the addresses, best first.
    package typealias Search = @Sendable (Question, ResolverConfiguration) -> Result<[IPAddress], TransportError>

    private typealias Asker = @Sendable (Answer) -> Void

    /// A lookup under way, or waiting for a thread.
    private struct Entry {
        let number: UInt64
        let askedAt: MonotonicTime
        let earlier: Int
        var hasBegun = false
        var askers: [UInt64: Asker] = [:]
    }

    private struct State {
        var current: [Question: UInt64] = [:]
        var entries: [UInt64: Entry] = [:]
        var lastNumber: UInt64 = 0
        var busy = 0
    }

    /// For taking a question back.
    struct Ticket: Sendable {
        fileprivate let entry: UInt64
        fileprivate let asker: UInt64
    }

    /// The process's own: at most 128 lookups at once.
    package static let shared = HostLookups(limit: 128, patience: .seconds(5)) { question, configuration in
        HostLookup.addresses(of: question.name, question.family, configuration)
    }

    private let work: BlockingWork
    private let patience: Duration
    private let search: Search
    private let state = Lock(State())

    /// Lookups by `search`, at most `limit` at once.
    ///
    /// - Parameter patience: how long a lookup may take before newcomers get one of their own.
    package init(limit: Int, patience: Duration, _ search: @escaping Search) {
        work = BlockingWork("mailwire-name", limit: limit)
        self.patience = patience
        self.search = search
    }

    /// Asks for the addresses of `name`; `answer` is called once, on any thread, unless the question is taken back before.
    func ask(
        _ name: String, _ family: AddressFamily, _ configuration: ResolverConfiguration,
        _ answer: @escaping @Sendable (Answer) -> Void
    ) -> Ticket {
        let question = Question(name: name, family: family, nameServers: configuration.nameServers)
        let now = MonotonicTime.now
        let (ticket, isNew) = state.withLock { state in
            state.lastNumber += 1
            let asker = state.lastNumber
            var earlier = 0
            if let known = state.current[question], let entry = state.entries[known] {
                let isFresh = now.since(entry.askedAt) < patience || entry.earlier >= Self.maximumRepeats
                guard !isFresh, entry.hasBegun else {
                    state.entries[known]?.askers[asker] = answer
                    return (Ticket(entry: known, asker: asker), false)
                }
                earlier = entry.earlier + 1
            }
            let entry = Entry(number: asker, askedAt: now, earlier: earlier, askers: [asker: answer])
            state.current[question] = entry.number
            state.entries[entry.number] = entry
            return (Ticket(entry: entry.number, asker: asker), true)
        }
        if isNew {
            work.run {
                self.run(question, ticket.entry, configuration)
            } refused: { error in
                self.settle(question, ticket.entry, .failure(error))
            }
        }
        return ticket
    }

    /// Takes a question back: its answer is not called, unless it is being called already.
    func forget(_ ticket: Ticket) {
        state.withLock { state in _ = state.entries[ticket.entry]?.askers.removeValue(forKey: ticket.asker) }
    }

    /// How many lookups are under way, and whether the one of `ticket` still waits for one of them to end.
    func progress(of ticket: Ticket) -> (underWay: Int, isQueued: Bool) {
        state.withLock { state in (state.busy, state.entries[ticket.entry].map { !$0.hasBegun } ?? false) }
    }

    private func run(_ question: Question, _ number: UInt64, _ configuration: ResolverConfiguration) {
        let isWanted = state.withLock { state in
            guard state.entries[number]?.askers.isEmpty == false else {
                // Whoever asked went away while this was queued.
                state.entries[number] = nil
                if state.current[question] == number { state.current[question] = nil }
                return false
            }
            state.entries[number]?.hasBegun = true
            state.busy += 1
            return true
        }
        guard isWanted else { return }
        let found = search(question, configuration).map { addresses in
            ResolvedAddresses(addresses, AddressPolicy.system, SourceAddress.find)
        }
        state.withLock { state in state.busy -= 1 }
        settle(question, number, found)
    }

    private func settle(_ question: Question, _ number: UInt64, _ answer: Answer) {
        let askers: [Asker] = state.withLock { state in
            if state.current[question] == number { state.current[question] = nil }
            return state.entries.removeValue(forKey: number).map { Array($0.askers.values) } ?? []
        }
        for asker in askers { asker(answer) }
    }

    private static let maximumRepeats = 2
}

/// The addresses of one family that a name has.
package struct ResolvedAddresses: Sendable, Equatable {
    /// The addresses, best first; at least one.
    let addresses: [IPAddress]
    /// What decides which family goes first.
    private let policy: AddressPolicy
    private let source: IPAddress?

    /// `addresses`, of which the first is compared with another family's by `policy`.
    init(_ addresses: [IPAddress], _ policy: AddressPolicy, _ source: (IPAddress) -> IPAddress?) {
        self.addresses = addresses
        self.policy = policy
        self.source = addresses.first.flatMap(source)
    }

    /// Whether the policy puts these before `other`.
    func precede(_ other: ResolvedAddresses) -> Bool {
        guard let first = addresses.first, let second = other.addresses.first else { return !addresses.isEmpty }
        let order = policy.ordered([first, second]) { $0 == first ? source : other.source }
        return order.first == first
    }
}
