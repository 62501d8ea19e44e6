/// The exchanges whose answers are outstanding, oldest first.
struct ExchangeQueue: Sendable, Hashable {
    private var exchanges: [SessionTable.Exchange] = []
    private var answered = 0

    /// Nothing outstanding.
    init() {}

    /// Whether no answer is outstanding.
    var isEmpty: Bool { answered == exchanges.count }

    /// The exchange that the next answer belongs to.
    var first: SessionTable.Exchange? { isEmpty ? nil : exchanges[answered] }

    /// The exchange that was begun last, while it is outstanding.
    var last: SessionTable.Exchange? { isEmpty ? nil : exchanges.last }

    /// Another answer is outstanding.
    mutating func append(_ exchange: SessionTable.Exchange) {
        exchanges.append(exchange)
    }

    /// The next answer has come.
    mutating func removeFirst() {
        guard !isEmpty else { return }
        answered += 1
        if isEmpty {
            exchanges.removeAll(keepingCapacity: true)
            answered = 0
        }
    }
}
