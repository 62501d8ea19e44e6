/// The octets on one way through a proxy, and when how many of them may leave. Knows neither sockets nor clocks.
struct DelayLine {
    typealias Instant = ContinuousClock.Instant

    /// How a stream ended.
    enum End: Equatable {
        /// As it should.
        case orderly
        /// With the end of TCP's stream, but without TLS's end mark.
        case truncated
        /// With a reset.
        case reset
    }

    private struct Chunk {
        var octets: [UInt8]
        var offset = 0
        let since: Instant
    }

    private let delay: Duration
    private let rate: OctetRate?
    private let pieceSize: Int
    /// Behind how many octets it is cut; nil where it is not.
    let cut: Int?

    /// The chunks that wait, from `head` on.
    private var chunks: [Chunk] = []
    private var head = 0
    private var ended: (end: End, since: Instant)?
    /// When the rate allows the next octet.
    private var free: Instant?

    /// How many octets wait.
    private(set) var count = 0
    /// The most that ever waited.
    private(set) var peak = 0
    /// How many octets have left, and in how many pieces.
    private(set) var forwarded = 0
    private(set) var pieces = 0

    init(_ direction: Faults.Direction) {
        delay = min(max(direction.delay, .zero), .seconds(86_400))
        rate = direction.rate
        let rateSize = direction.rate?.handful ?? Self.limit
        pieceSize = min(max(direction.split ?? rateSize, 1), Self.limit)
        cut = direction.cut.map { max($0.after, 0) }
    }

    /// Whether there is room for what comes next.
    var wantsMore: Bool {
        ended == nil && chunks.count - head < Self.chunkLimit && count < (delay > .zero ? Self.delayLimit : Self.limit)
    }

    /// Whether nothing more comes.
    var hasEnded: Bool { ended != nil }

    /// Whether all that came has left and nothing more comes.
    var isDrained: Bool { count == 0 && ended != nil }

    /// Whether the place is reached where it is cut.
    var isAtCut: Bool { cut.map { forwarded >= $0 } ?? false }

    // MARK: Coming

    mutating func append(_ octets: ArraySlice<UInt8>, at now: Instant) {
        guard ended == nil, !octets.isEmpty else { return }
        count += octets.count
        peak = max(peak, count)
        chunks.append(Chunk(octets: Array(octets), since: now))
    }

    /// Nothing comes any more; only the first end counts.
    mutating func end(_ end: End, at now: Instant) {
        if ended == nil { ended = (end, now) }
    }

    /// Forgets what waits.
    mutating func discard() {
        chunks = []
        head = 0
        count = 0
    }

    // MARK: Leaving

    /// The octets that may leave now, in one write; nil for none.
    func piece(at now: Instant) -> ArraySlice<UInt8>? {
        guard head < chunks.count, chunks[head].since + delay <= now, free.map({ $0 <= now }) ?? true, !isAtCut else {
            return nil
        }
        let chunk = chunks[head]
        let size = min(pieceSize, cut.map { $0 - forwarded } ?? .max)
        return chunk.octets[chunk.offset...].prefix(size)
    }

    /// The first `octets` of the piece have left.
    mutating func didForward(_ octets: Int, at now: Instant) {
        forwarded += octets
        pieces += 1
        count -= octets
        if let rate {
            // What a late wake-up cost may be made up for, but not what was not there to be sent.
            let earliest = max(free ?? now, now - .milliseconds(10))
            free = earliest + rate.time(for: octets)
        }
        chunks[head].offset += octets
        guard chunks[head].offset == chunks[head].octets.count else { return }
        chunks[head].octets = []
        head += 1
        guard head == chunks.count || head > 1024 else { return }
        chunks.removeFirst(head)
        head = 0
    }

    /// How the stream ended, where that may be told now: behind all octets.
    func dueEnd(at now: Instant) -> End? {
        guard count == 0, let ended, ended.since + delay <= now else { return nil }
        return ended.end
    }

    /// When there may be something to do next; nil where that is up to others.
    func nextTime() -> Instant? {
        guard head < chunks.count else { return ended.map { $0.since + delay } }
        let due = chunks[head].since + delay
        return free.map { max($0, due) } ?? due
    }

    /// How many octets may wait, without and with a delay, and in how many chunks.
    static let limit = 64 << 10
    static let delayLimit = 8 << 20
    static let chunkLimit = 65_536
}
