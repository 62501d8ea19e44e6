/// How many streams of a connection are full; while one is, nothing is read unless somebody waits for another reply.
package final class FlowControl {
    fileprivate(set) var fullStreams = 0
    /// Whether nothing is read, whoever waits for what.
    var holdsReading = false
    /// Whether somebody was told of the unread octets and is about to take them: they are not moved before.
    var keepsBuffer = false
}

/// Elements on their way from the connection to one consumer, with back-pressure; confined to the client's actor.
package final class StreamQueue<Element: Sendable, Failure: Error> {
    /// What there is to take.
    enum Next {
        case element(Element)
        case finished(Failure?)
        case empty
    }

    private let flow: FlowControl
    private let highWater: Int
    private var elements: [(element: Element, cost: Int)] = []
    private var taken = 0
    private var cost = 0
    private var ending: Failure??
    private var isFull = false
    private var waiters: [PendingReply<Void, Failure>] = []

    /// Whether the consumer went away: what is pushed is dropped.
    package private(set) var isAbandoned = false

    /// A queue that stops the connection's reading while its elements cost `highWater` or more.
    package init(highWater: Int, flow: FlowControl) {
        self.highWater = highWater
        self.flow = flow
    }

    /// What the elements that wait cost together.
    package var bufferedCost: Int { cost }

    /// Adds an element; `cost` is usually its octets.
    package func push(_ element: Element, cost: Int) {
        guard ending == nil, !isAbandoned else { return }
        elements.append((element, cost))
        self.cost += cost
        setFull(self.cost >= highWater)
        wake()
    }

    /// Ends the stream behind what was pushed; nil for a good end. Only the first end counts.
    package func finish(_ failure: Failure? = nil) {
        guard ending == nil else { return }
        ending = .some(failure)
        wake()
    }

    /// The consumer takes no more.
    package func abandon() {
        isAbandoned = true
        elements = []
        taken = 0
        cost = 0
        setFull(false)
        wake()
    }

    func take() -> Next {
        if taken < elements.count {
            let next = elements[taken]
            taken += 1
            cost -= next.cost
            if taken == elements.count {
                elements.removeAll(keepingCapacity: true)
                taken = 0
            } else if taken >= 64 {
                elements.removeFirst(taken)
                taken = 0
            }
            if isFull, cost <= highWater / 2 { setFull(false) }
            return .element(next.element)
        }
        if let ending { return .finished(ending) }
        return isAbandoned ? .finished(nil) : .empty
    }

    /// A reply that is resolved when there is something to take.
    func arrival() -> PendingReply<Void, Failure> {
        let reply = PendingReply<Void, Failure>()
        waiters.append(reply)
        return reply
    }

    private func wake() {
        // All of them: whoever comes too late for what there is waits again.
        let waiting = waiters
        waiters = []
        for waiter in waiting { waiter.resolve(.success(())) }
    }

    private func setFull(_ full: Bool) {
        guard full != isFull else { return }
        isFull = full
        flow.fullStreams += full ? 1 : -1
    }
}
