internal import Octets

/// The date-time of RFC 3501 §9: a moment with the zone it was told in, such as `17-Jul-1996 02:44:25 -0700`.
public struct IMAP4DateTime: Sendable, Hashable, CustomStringConvertible {
    /// The day.
    public let date: IMAP4Date
    /// 0...23.
    public let hour: Int
    /// 0...59.
    public let minute: Int
    /// 0...60.
    public let second: Int
    /// Minutes east of Greenwich, -5999...5999 as far as the grammar goes.
    public let zoneMinutes: Int

    /// A moment; nil where a number is out of its range.
    public init?(date: IMAP4Date, hour: Int, minute: Int, second: Int, zoneMinutes: Int) {
        guard 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second, -5999...5999 ~= zoneMinutes else { return nil }
        self.date = date
        self.hour = hour
        self.minute = minute
        self.second = second
        self.zoneMinutes = zoneMinutes
    }

    /// The moment so many seconds after 1970 began in Greenwich, told in Greenwich's zone; nil outside the years
    /// 1...9999.
    public init?(secondsSince1970 seconds: Int64) {
        let day = seconds >= 0 ? seconds / 86_400 : -((-(seconds + 1)) / 86_400) - 1
        guard let date = IMAP4Date(daysSince1970: day) else { return nil }
        let rest = Int(seconds - day * 86_400)
        self.init(date: date, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, zoneMinutes: 0)
    }

    /// Seconds from the start of 1970 in Greenwich.
    public var secondsSince1970: Int64 {
        date.daysSince1970 * 86_400 + Int64(hour * 3600 + minute * 60 + second - zoneMinutes * 60)
    }

    /// The moment as RFC 3501 writes it, without the quotes.
    public var description: String {
        let zone = abs(zoneMinutes)
        let day = date.day < 10 ? " \(date.day)" : "\(date.day)"
        return "\(day)-\(date.monthName)-\(twoDigits(date.year / 100))\(twoDigits(date.year % 100)) "
            + "\(twoDigits(hour)):\(twoDigits(minute)):\(twoDigits(second)) "
            + "\(zoneMinutes < 0 ? "-" : "+")\(twoDigits(zone / 60))\(twoDigits(zone % 60))"
    }

    private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Reads a moment; one digit for the day is taken with or without a space before it.
    ///
    /// `date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE`
    package init?(_ octets: Span<UInt8>) {
        var cursor = OctetCursor(octets)
        _ = cursor.skip(ASCII.space)
        guard let date = IMAP4Date(&cursor), cursor.skip(ASCII.space),
            let hour = cursor.number(UInt16.self), cursor.skip(0x3A),
            let minute = cursor.number(UInt16.self), cursor.skip(0x3A),
            let second = cursor.number(UInt16.self), cursor.skip(ASCII.space)
        else { return nil }
        let isWest = cursor.peek == ASCII.hyphen
        guard cursor.skip(ASCII.plus) || cursor.skip(ASCII.hyphen), cursor.remaining == 4,
            let zone = cursor.number(UInt16.self), cursor.isAtEnd
        else { return nil }
        let minutes = Int(zone) / 100 * 60 + Int(zone) % 100
        self.init(
            date: date, hour: Int(hour), minute: Int(minute), second: Int(second),
            zoneMinutes: isWest ? -minutes : minutes)
    }
}

/// A day of the calendar (`date-text` of RFC 3501 §9), such as `1-Feb-1994`.
public struct IMAP4Date: Sendable, Hashable, CustomStringConvertible {
    /// 1...9999.
    public let year: Int
    /// 1...12.
    public let month: Int
    /// 1...31, as many as the month has.
    public let day: Int

    private static let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A day; nil where the calendar has none such.
    public init?(year: Int, month: Int, day: Int) {
        guard 1...9999 ~= year, 1...12 ~= month, day >= 1, day <= Self.days(in: month, of: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day so many days after 1 January 1970; nil outside the years 1...9999.
    init?(daysSince1970 days: Int64) {
        guard -719_162...2_932_896 ~= days else { return nil }
        // Counted from 1 March of year 0 in eras of 400 years, so that the leap day is the last of its year.
        let shifted = Int(days) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    var monthName: String { Self.names[month - 1] }

    /// Reads `date-text`: `date-day "-" date-month "-" date-year`.
    init?(_ cursor: inout OctetCursor) {
        guard let day = cursor.number(UInt16.self), cursor.skip(ASCII.hyphen) else { return nil }
        let name = String(decoding: cursor.take(while: \.isAlpha))
        guard let month = Self.names.firstIndex(where: { $0.lowercased() == name.lowercased() }),
            cursor.skip(ASCII.hyphen), let year = cursor.number(UInt16.self)
        else { return nil }
        self.init(year: Int(year), month: month + 1, day: Int(day))
    }

    /// The day as RFC 3501 writes it, without quotes.
    public var description: String {
        let digits = String(year)
        return "\(day)-\(monthName)-\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
    }
}
