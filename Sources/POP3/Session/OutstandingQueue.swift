/// The exchanges whose answers are outstanding, oldest first.
struct OutstandingQueue: Sendable, Hashable {
    /// An exchange, and the message that it is about where it is about one.
    struct Entry: Sendable, Hashable {
        let exchange: SessionTable.Exchange
        var number: POP3MessageNumber?
    }

    private var entries: [Entry] = []
    private var answered = 0

    /// How many answers are outstanding.
    var count: Int { entries.count - answered }

    /// Whether no answer is outstanding.
    var isEmpty: Bool { count == 0 }

    /// What the next answer belongs to.
    var first: Entry? { isEmpty ? nil : entries[answered] }

    /// How many answers to `exchange` are outstanding.
    func count(of exchange: SessionTable.Exchange) -> Int {
        entries[answered...].count { $0.exchange == exchange }
    }

    /// Whether other exchanges of the same kind may join those that are outstanding.
    var mayGrow: Bool { entries[answered...].allSatisfy { SessionTable.mayBePipelined($0.exchange) } }

    /// Another answer is outstanding.
    mutating func append(_ exchange: SessionTable.Exchange, about number: POP3MessageNumber? = nil) {
        entries.append(Entry(exchange: exchange, number: number))
    }

    /// The next answer has come.
    mutating func removeFirst() {
        guard !isEmpty else { return }
        answered += 1
        // Those that were answered go when they are the greater part, so that a queue that is never empty does not grow.
        if answered * 2 >= entries.count {
            entries.removeFirst(answered)
            answered = 0
        }
    }
}
