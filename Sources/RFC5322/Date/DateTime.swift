internal import Glibc

/// A moment with the zone it was written in: `date-time` of RFC 5322 §3.3, without any calendar library.
public struct DateTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The seconds from 1970-01-01T00:00:00Z, leap seconds not counted.
    public let secondsSinceEpoch: Int64

    /// How many minutes the zone is ahead of UTC.
    public let zoneOffset: Int

    /// Whether the zone says nothing about where the time was written: `-0000` (RFC 5322 §3.3).
    public let isZoneUnknown: Bool

    /// A moment in UTC, or in a zone that is `zoneOffset` minutes ahead of it.
    ///
    /// - Throws: `invalidDate` outside the years 1900 to 9999, or for a zone of 100 hours or more.
    public init(secondsSinceEpoch: Int64, zoneOffset: Int = 0) throws(RFC5322Error) {
        guard Self.range.contains(secondsSinceEpoch), (-5_999...5_999).contains(zoneOffset) else {
            throw RFC5322Error(
                .invalidDate, "\(secondsSinceEpoch) s, zone \(zoneOffset) min is no date between 1900 and 9999")
        }
        self.init(read: secondsSinceEpoch, zoneOffset: zoneOffset, isZoneUnknown: false)
    }

    init(read secondsSinceEpoch: Int64, zoneOffset: Int, isZoneUnknown: Bool) {
        self.secondsSinceEpoch = secondsSinceEpoch
        self.zoneOffset = zoneOffset
        self.isZoneUnknown = isZoneUnknown
    }

    /// The system clock's time, in UTC.
    public static var now: DateTime {
        DateTime(read: Int64(time(nil)), zoneOffset: 0, isZoneUnknown: false)
    }

    /// 1900-01-02 to 9999-12-30 in UTC, so that every zone's date stays between the years.
    private static let range: ClosedRange<Int64> = -2_208_902_400...253_402_127_999

    /// Whether `left` is the earlier moment; of the same moment, the one with the lesser zone.
    public static func < (left: DateTime, right: DateTime) -> Bool {
        (left.secondsSinceEpoch, left.zoneOffset) < (right.secondsSinceEpoch, right.zoneOffset)
    }

    /// `date-time` as header fields have it: `Mon, 23 Nov 2026 11:33:00 +0100` (RFC 5322 §3.3).
    public var description: String {
        let local = Civil(secondsSinceEpoch + Int64(zoneOffset) * 60)
        let minutes = abs(zoneOffset)
        let zone = "\(zoneOffset < 0 || isZoneUnknown ? "-" : "+")\(padded(minutes / 60, 2))\(padded(minutes % 60, 2))"
        return "\(Self.days[local.weekday]), \(local.day) \(Self.months[local.month - 1]) \(padded(local.year, 4)) "
            + "\(padded(local.hour, 2)):\(padded(local.minute, 2)):\(padded(local.second, 2)) \(zone)"
    }

    /// The moment in UTC as RFC 3339 has it: `2026-11-23T10:33:00Z`.
    public var utcDescription: String {
        let utc = Civil(secondsSinceEpoch)
        return "\(padded(utc.year, 4))-\(padded(utc.month, 2))-\(padded(utc.day, 2))"
            + "T\(padded(utc.hour, 2)):\(padded(utc.minute, 2)):\(padded(utc.second, 2))Z"
    }

    static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// Year, month and day of the Gregorian calendar, and the time of day.
struct Civil {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    /// The calendar's reading of so many seconds from 1970.
    init(_ seconds: Int64) {
        var days = Int(seconds / 86_400)
        var rest = Int(seconds % 86_400)
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        hour = rest / 3_600
        minute = rest / 60 % 60
        second = rest % 60
        // Eras of 400 years that begin on 1 March, so that the leap day is the last of a year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The day of the week, Sunday being 0.
    var weekday: Int {
        let days = Self.days(year: year, month: month, day: day)
        return ((days + 4) % 7 + 7) % 7
    }

    /// The days from 1970-01-01 to a date.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// How many days a month has.
    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
