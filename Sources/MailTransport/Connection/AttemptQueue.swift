/// The addresses of a host that are still to be tried, in the order of RFC 8305 §4: the families alternate, behind as many of the first
/// family as are wanted. What arrives late is sorted into what was not tried yet (§6).
struct AttemptQueue {
    private let settings: HappyEyeballs
    private var given: ArraySlice<SocketAddress> = []
    private var families: [AddressFamily: (resolved: ResolvedAddresses, untried: ArraySlice<SocketAddress>)] = [:]
    private var first: AddressFamily?
    private var last: AddressFamily?
    private var triedOfFirst = 0
    private var left: Int

    init(_ settings: HappyEyeballs) {
        self.settings = settings
        left = max(settings.maximumAttempts, 1)
    }

    /// Whether there is nothing to try.
    var isEmpty: Bool { left == 0 || given.isEmpty && families.values.allSatisfy(\.untried.isEmpty) }

    /// Adds addresses that are tried as they stand, before all others.
    mutating func add(_ addresses: [SocketAddress]) {
        given += addresses
    }

    /// Adds an address that was taken but not tried.
    mutating func putBack(_ address: SocketAddress) {
        given.append(address)
        left += 1
    }

    /// Adds what a family's lookup found.
    mutating func add(_ found: ResolvedAddresses, of family: AddressFamily, port: UInt16) {
        families[family] = (found, found.addresses.compactMap { SocketAddress($0, port: port) }[...])
    }

    /// Takes the next address; nil where there is none.
    mutating func next() -> SocketAddress? {
        guard left > 0 else { return nil }
        if let address = given.popFirst() {
            left -= 1
            return address
        }
        guard let family = nextFamily, let address = families[family]?.untried.popFirst() else { return nil }
        left -= 1
        if first == nil { first = family }
        if family == first { triedOfFirst += 1 }
        last = family
        return address
    }

    private var nextFamily: AddressFamily? {
        let ready = AddressFamily.allCases.filter { families[$0]?.untried.isEmpty == false }
        guard ready.count == 2 else { return ready.first }
        guard let first, let last else { return preferred }
        return last == first && triedOfFirst < settings.firstFamilyCount ? first : last.other
    }

    /// The family to begin with, where there is a choice.
    private var preferred: AddressFamily {
        switch settings.firstFamily {
        case .family(let family):
            return family
        case .system:
            guard let one = families[.ipv6]?.resolved, let other = families[.ipv4]?.resolved else { return .ipv6 }
            return one.precede(other) ? .ipv6 : .ipv4
        }
    }
}
