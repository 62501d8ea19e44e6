/// A speed: so many octets in so long.
public struct OctetRate: Sendable, Hashable {
    /// How many octets, at least 1.
    public let octets: Int
    /// In how long, from a microsecond to a day.
    public let period: Duration

    /// So many octets in `period`. Values outside the limits count as the nearest within.
    public static func octets(_ octets: Int, per period: Duration = .seconds(1)) -> OctetRate {
        OctetRate(octets: max(octets, 1), period: min(max(period, .microseconds(1)), .seconds(86_400)))
    }

    private init(octets: Int, period: Duration) {
        self.octets = octets
        self.period = period
    }

    /// How long `count` octets take.
    func time(for count: Int) -> Duration {
        period * (Double(count) / Double(octets))
    }

    /// How many octets a hundredth of a second takes, at least 1 and at most 64 Ki.
    var handful: Int {
        let count = Double(octets) * (.milliseconds(10) / period)
        return Int(min(max(count, 1), 65_536))
    }
}
