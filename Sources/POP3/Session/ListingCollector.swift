internal import Octets

/// The listing of a multi-line answer, line by line until it is complete.
struct ListingCollector: Sendable {
    private enum Content: Sendable {
        case capabilities, scanListings, uniqueIDs
    }

    private let content: Content
    private let limits: POP3Limits
    private let parser: ListingParser
    private var capabilities = POP3Capabilities()
    private var scanListings: [ScanListing] = []
    private var uniqueIDs: [UniqueIDListing] = []
    private var last: POP3MessageNumber = 0
    private var isAscending = true

    /// A collector for what `exchange` is answered with; nil where that is no listing.
    init?(_ exchange: SessionTable.Exchange, limits: POP3Limits, quirks: POP3Quirks) {
        switch exchange {
        case .capa: content = .capabilities
        case .listAll: content = .scanListings
        case .uidlAll: content = .uniqueIDs
        default: return nil
        }
        self.limits = limits
        parser = ListingParser(quirks: quirks, uniqueIDLength: limits.uniqueIDLength)
    }

    /// Takes a line, which stands in `range` of the input, byte-stuffing undone.
    mutating func add(_ input: borrowing ReceiveBuffer, _ range: Range<Int>) throws(POP3Error) {
        let line = input.octets.extracting(range)
        switch content {
        case .capabilities:
            capabilities.add(line, limit: limits.capabilities)
        case .scanListings:
            let listing = try parsed { () throws(GrammarError) in try parser.scanListing(line) }
            try note(listing.number, count: scanListings.count)
            scanListings.append(listing)
        case .uniqueIDs:
            let listing = try parsed { () throws(GrammarError) in try parser.uniqueIDListing(line) }
            try note(listing.number, count: uniqueIDs.count)
            uniqueIDs.append(listing)
        }
    }

    /// The event of a complete listing.
    ///
    /// - Throws: `malformedResponse` where a message stands in it twice: nobody could tell which of the two lines is meant.
    func event() throws(POP3Error) -> POP3Event {
        switch content {
        case .capabilities: return .capabilities(capabilities)
        case .scanListings:
            try checkNumbers(scanListings.lazy.map(\.number))
            return .listings(scanListings)
        case .uniqueIDs:
            try checkNumbers(uniqueIDs.lazy.map(\.number))
            return .uniqueIDs(uniqueIDs)
        }
    }

    private mutating func note(_ number: POP3MessageNumber, count: Int) throws(POP3Error) {
        guard count < limits.listings else {
            throw POP3Error(.limitExceeded, "a listing of more than \(limits.listings) messages")
        }
        if number <= last { isAscending = false }
        last = number
    }

    private func checkNumbers(_ numbers: some Sequence<POP3MessageNumber>) throws(POP3Error) {
        guard !isAscending else { return }
        var seen: Set<POP3MessageNumber> = []
        for number in numbers where !seen.insert(number).inserted {
            throw POP3Error(.malformedResponse, "message \(number) is listed twice")
        }
    }

    private func parsed<Value>(_ body: () throws(GrammarError) -> Value) throws(POP3Error) -> Value {
        do throws(GrammarError) {
            return try body()
        } catch {
            throw POP3Error(.malformedResponse, "a line of a listing", underlying: error)
        }
    }
}
