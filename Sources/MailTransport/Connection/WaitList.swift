/// The tasks that wait for something of one connection; confined to the client's actor.
final class WaitList<Failure: Error> {
    private var live: Set<UInt64> = []
    private var lastTicket: UInt64 = 0
    private var drains: [(threshold: Int, reply: PendingReply<Void, Failure>)] = []
    private var turns: [(ticket: UInt64, reply: PendingReply<Void, Failure>)] = []
    private var isTurnTaken = false

    /// Why the connection ended; nil while it has not.
    private(set) var ending: Failure?
    /// Whether events are being handed out right now, so that a call from within must not begin again.
    var isPumping = false
    /// Whether somebody asked for progress while events were being handed out.
    var mustPumpAgain = false
    /// Who waits for TLS to be up before anything else.
    var handshake: PendingReply<Void, Failure>?
    var handshakeTimer: LoopTimer?
    /// Watches over what moves while somebody waits.
    var silence: SilenceWatch?

    /// Whether the connection ended.
    var isFinished: Bool { ending != nil }

    /// Whether nobody waits for a reply.
    var isEmpty: Bool { live.isEmpty }

    /// A wait begins.
    func begin() -> UInt64 {
        lastTicket += 1
        live.insert(lastTicket)
        return lastTicket
    }

    /// A wait is over.
    func end(_ ticket: UInt64) {
        live.remove(ticket)
    }

    /// Whether the wait is still going on.
    func isLive(_ ticket: UInt64) -> Bool { live.contains(ticket) }

    // MARK: Shields

    private var shields: [UInt64: LoopTimer?] = [:]

    /// Something begins that the caller's cancellation must not reach.
    func beginShield() -> UInt64 {
        lastTicket += 1
        shields[lastTicket] = .some(nil)
        return lastTicket
    }

    /// The caller was cancelled; `timer` ends the shield.
    func armShield(_ ticket: UInt64, _ timer: LoopTimer) { shields[ticket] = timer }

    func isShielded(_ ticket: UInt64) -> Bool { shields[ticket] != nil }

    func endShield(_ ticket: UInt64) {
        if let timer = shields.removeValue(forKey: ticket) { timer?.cancel() }
    }

    // MARK: Drained output

    var isWaitingForDrain: Bool { !drains.isEmpty }

    func waitForDrain(to threshold: Int) -> PendingReply<Void, Failure> {
        let reply = PendingReply<Void, Failure>()
        drains.append((threshold, reply))
        return reply
    }

    func drained(to count: Int) {
        for drain in drains where count <= drain.threshold { drain.reply.resolve(.success(())) }
        drains.removeAll { count <= $0.threshold }
    }

    /// The connection is over: whoever waits for the socket will wait in vain.
    func finish(_ failure: Failure) {
        ending = failure
        handshakeTimer?.cancel()
        silence?.timer?.cancel()
        silence = nil
        handshake?.resolve(.failure(failure))
        handshake = nil
        for drain in drains { drain.reply.resolve(.failure(failure)) }
        drains = []
    }

    // MARK: Turns

    /// Takes the turn at once, or gives a reply that is resolved when it comes.
    func takeTurn() -> (ticket: UInt64, reply: PendingReply<Void, Failure>)? {
        guard isTurnTaken else {
            isTurnTaken = true
            return nil
        }
        lastTicket += 1
        let turn = (ticket: lastTicket, reply: PendingReply<Void, Failure>())
        turns.append(turn)
        return turn
    }

    /// Hands the turn on.
    func endTurn() {
        guard !turns.isEmpty else {
            isTurnTaken = false
            return
        }
        turns.removeFirst().reply.resolve(.success(()))
    }

    /// Whoever waits for this turn goes away.
    func giveUpTurn(_ ticket: UInt64, _ failure: Failure) {
        guard let index = turns.firstIndex(where: { $0.ticket == ticket }) else { return }
        turns.remove(at: index).reply.resolve(.failure(failure))
    }
}
