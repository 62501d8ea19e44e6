internal import Octets

/// `date-time = [ day-of-week "," ] date time [CFWS]` (RFC 5322 §3.3) and the obsolete forms of §4.3.
///
/// Also read, as a defect: a missing zone, a day of the week without its comma, a month spelled out, and
/// hyphens between day, month and year.
struct DateTimeParser {
    private var lexer: StructuredLexer
    private var isStrict = true

    static func parse(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) -> Reading<DateTime?> {
        var parser = DateTimeParser(lexer: StructuredLexer(octets, range, limits: limits))
        let words = parser.words()
        let date = parser.dateTime(words)
        if date == nil || !parser.isStrict {
            parser.lexer.defects.report(.malformedDate, at: octets.span.firstOffsetPastSpace(in: range))
        }
        return Reading(date, parser.lexer.defects.all)
    }

    private init(lexer: StructuredLexer) {
        self.lexer = lexer
    }

    /// The field as words and the specials `,` and `:`, at most as many as a date can have.
    private mutating func words() -> [String] {
        var words: [String] = []
        var comments: [StructuredLexer.Token] = []
        while let token = lexer.next(comments: &comments), words.count < 16 {
            let all = lexer.octets
            let octets = all.span.extracting(token.range)
            guard octets.count <= 16 else { return [] }
            if token.kind == .word, octets[0].isDigit, octets.firstOffset(of: ASCII.hyphen) != nil {
                // 23-Nov-2026
                isStrict = false
                words += String(decoding: octets).split(separator: "-").map { String($0) }
            } else {
                words.append(String(decoding: octets))
            }
        }
        return words
    }

    private mutating func dateTime(_ words: [String]) -> DateTime? {
        var rest = words[...]
        if let first = rest.first, let octet = first.utf8.first, octet.isAlpha {
            rest.removeFirst()
            if rest.first == "," { rest.removeFirst() } else { isStrict = false }
            let isKnown = DateTime.days.contains { $0.lowercased() == first.lowercased() }
            if !isKnown { isStrict = false }
        }
        guard let day = Self.number(&rest, digits: 1...2), let month = self.month(&rest), let year = Self.year(&rest),
            (1...Civil.length(ofMonth: month, year: year)).contains(day),
            let hour = Self.number(&rest, digits: 1...2), hour < 24, rest.popFirst() == ":",
            let minute = Self.number(&rest, digits: 1...2), minute < 60
        else { return nil }
        var second = 0
        if rest.first == ":" {
            rest.removeFirst()
            guard let read = Self.number(&rest, digits: 1...2), read <= 60 else { return nil }
            second = read
        }
        let zone = self.zone(&rest)
        if !rest.isEmpty { isStrict = false }
        let days = Civil.days(year: year, month: month, day: day)
        let local = Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        return DateTime(
            read: local - Int64(zone.minutes) * 60, zoneOffset: zone.minutes, isZoneUnknown: zone.isUnknown)
    }

    private static func number(_ rest: inout ArraySlice<String>, digits: ClosedRange<Int>) -> Int? {
        guard let word = rest.popFirst(), digits.contains(word.utf8.count), word.utf8.allSatisfy(\.isDigit) else {
            return nil
        }
        return Int(word)
    }

    private mutating func month(_ rest: inout ArraySlice<String>) -> Int? {
        guard let word = rest.popFirst()?.lowercased(), word.utf8.count >= 3 else { return nil }
        guard let index = DateTime.months.firstIndex(where: { $0.lowercased() == word.prefix(3) }) else { return nil }
        if word.utf8.count > 3 { isStrict = false }
        return index + 1
    }

    /// `year = 4*DIGIT / obs-year`: two digits to 49 are of this century, other short years of the last (RFC 5322 §4.3).
    private static func year(_ rest: inout ArraySlice<String>) -> Int? {
        let digits = rest.first?.utf8.count ?? 0
        guard let year = Self.number(&rest, digits: 2...4) else { return nil }
        switch digits {
        case 2: return year < 50 ? 2000 + year : 1900 + year
        case 3: return 1900 + year
        default: return year
        }
    }

    /// `zone = (FWS ( "+" / "-" ) 4DIGIT) / obs-zone`: letters that are not known are `-0000` (RFC 5322 §4.3).
    private mutating func zone(_ rest: inout ArraySlice<String>) -> (minutes: Int, isUnknown: Bool) {
        guard let word = rest.popFirst() else {
            isStrict = false
            return (0, true)
        }
        let octets = Array(word.utf8)
        if octets[0] == ASCII.plus || octets[0] == ASCII.hyphen {
            guard octets.count == 5, octets[1...].allSatisfy(\.isDigit), let number = Int(word.dropFirst()),
                number % 100 < 60
            else {
                isStrict = false
                return (0, true)
            }
            let minutes = number / 100 * 60 + number % 100
            return octets[0] == ASCII.hyphen ? (-minutes, minutes == 0) : (minutes, false)
        }
        switch word.uppercased() {
        case "UT", "GMT": return (0, false)
        case "EDT": return (-240, false)
        case "EST", "CDT": return (-300, false)
        case "CST", "MDT": return (-360, false)
        case "MST", "PDT": return (-420, false)
        case "PST": return (-480, false)
        default:
            let isMilitary = octets.count == 1 && octets[0].isAlpha && octets[0].lowercased != UInt8(ascii: "j")
            if !isMilitary, word.uppercased() != "UTC" || !octets.allSatisfy(\.isAlpha) { isStrict = false }
            return (0, true)
        }
    }
}
