import ArgumentParser
import MailTestKit
import Octets

/// Numbers with units on the proxy's command line: nothing is guessed.
enum ProxyQuantity {
    private static let sizes: [Substring: Int] = [
        "": 1, "k": 1_000, "Ki": 1_024, "M": 1_000_000, "Mi": 1_048_576, "G": 1_000_000_000, "Gi": 1_073_741_824,
    ]
    private static let times: [Substring: Duration] = [
        "us": .microseconds(1), "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3_600),
    ]

    /// A number of octets such as `1000`, `10k` or `64Ki`.
    static func octets(_ text: String) throws -> Int {
        let (number, unit) = try split(text)
        guard let factor = sizes[unit] else {
            throw ValidationError("\(unit) is no unit of octets; there are k, Ki, M, Mi, G and Gi")
        }
        let (product, hasOverflown) = number.multipliedReportingOverflow(by: factor)
        guard !hasOverflown else { throw ValidationError("too many octets") }
        return product
    }

    /// A number of octets, at least one.
    static func someOctets(_ text: String) throws -> Int {
        let count = try octets(text)
        guard count > 0 else { throw ValidationError("at least 1 octet") }
        return count
    }

    /// A duration such as `50ms` or `2s`, at most a day.
    static func duration(_ text: String) throws -> Duration {
        let (number, unit) = try split(text)
        guard !unit.isEmpty else { throw ValidationError("a duration has a unit, such as \(text)ms or \(text)s") }
        guard let factor = times[unit] else {
            throw ValidationError("\(unit) is no unit of time; there are us, ms, s, m and h")
        }
        guard Double(number) * (factor / .seconds(1)) <= 86_400 else { throw ValidationError("at most 24h") }
        return factor * number
    }

    /// A speed: octets in a second, or in the duration behind a stroke, such as `10k` or `1/60s`.
    static func rate(_ text: String) throws -> OctetRate {
        guard let stroke = text.firstIndex(of: "/") else { return .octets(try someOctets(text)) }
        let period = try duration(String(text[text.index(after: stroke)...]))
        guard period > .zero else { throw ValidationError("the time behind the stroke is longer than nothing") }
        return .octets(try someOctets(String(text[..<stroke])), per: period)
    }

    private static func split(_ text: String) throws -> (Int, Substring) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { throw ValidationError("it begins with a number, such as 10") }
        guard let number = Int(digits) else { throw ValidationError("the number is too large") }
        return (number, text[digits.endIndex...])
    }
}
