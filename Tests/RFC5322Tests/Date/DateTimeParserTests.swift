import RFC5322
import Testing

@Suite struct DateTimeParserTests {
    private func read(_ field: String) -> Reading<DateTime?>? {
        Message(parsing: Array("Date: \(field)\r\n\r\n".utf8)).header[.date]?.readDateTime()
    }

    @Test(arguments: [
        // RFC 5322 appendix A.
        ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z"),
        ("Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01T08:52:37Z"),
        ("Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-14T03:02:54Z"),
        ("Mon, 24 Nov 1997 14:22:01 -0800", "1997-11-24T22:22:01Z"),
        (
            "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
            "1969-02-14T03:02:00Z"
        ),
        ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z"),
        // §4.3: years, zones.
        ("1 Jan 49 00:00 +0000", "2049-01-01T00:00:00Z"), ("1 Jan 50 00:00 +0000", "1950-01-01T00:00:00Z"),
        ("1 Jan 103 00:00 +0000", "2003-01-01T00:00:00Z"),
        ("1 Jan 2026 00:00 EST", "2026-01-01T05:00:00Z"), ("1 Jan 2026 00:00 EDT", "2026-01-01T04:00:00Z"),
        ("1 Jan 2026 00:00 CST", "2026-01-01T06:00:00Z"), ("1 Jan 2026 00:00 CDT", "2026-01-01T05:00:00Z"),
        ("1 Jan 2026 00:00 MST", "2026-01-01T07:00:00Z"), ("1 Jan 2026 00:00 MDT", "2026-01-01T06:00:00Z"),
        ("1 Jan 2026 00:00 PST", "2026-01-01T08:00:00Z"), ("1 Jan 2026 00:00 PDT", "2026-01-01T07:00:00Z"),
        ("1 Jan 2026 00:00 UT", "2026-01-01T00:00:00Z"), ("1 Jan 2026 00:00 Z", "2026-01-01T00:00:00Z"),
        ("1 Jan 2026 00:00 A", "2026-01-01T00:00:00Z"), ("1 Jan 2026 00:00 UTC", "2026-01-01T00:00:00Z"),
        // Days and seconds at their ends.
        ("29 Feb 2024 23:59:60 +0000", "2024-03-01T00:00:00Z"), ("31 Dec 1999 23:59:59 -0001", "2000-01-01T00:00:59Z"),
        ("29 Feb 2000 00:00 +1400", "2000-02-28T10:00:00Z"), ("1 Mar 1900 00:00 +0000", "1900-03-01T00:00:00Z"),
    ])
    func readsDates(field: String, utc: String) {
        #expect(read(field)?.value?.utcDescription == utc)
        #expect(read(field)?.defects == [])
    }

    @Test(arguments: [
        ("Mon 23 Nov 2026 11:33:00 +0100", "2026-11-23T10:33:00Z"),
        ("23-Nov-2026 11:33:00 +0100", "2026-11-23T10:33:00Z"),
        ("Mon, 23 November 2026 11:33:00 +0100", "2026-11-23T10:33:00Z"),
        ("23 Nov 2026 11:33:00", "2026-11-23T11:33:00Z"),
        ("Lun, 23 Nov 2026 11:33:00 +0100", "2026-11-23T10:33:00Z"),
        ("23 Nov 2026 11:33:00 CEST", "2026-11-23T11:33:00Z"),
        ("23 Nov 2026 11:33:00 +0199", "2026-11-23T11:33:00Z"),
        ("", nil), ("yesterday", nil), ("30 Feb 2026 00:00 +0000", nil), ("29 Feb 1900 00:00 +0000", nil),
        ("0 Jan 2026 00:00 +0000", nil),
        ("1 Jan 2026 24:00 +0000", nil), ("1 Jan 2026 00:60 +0000", nil), ("1 Jan 2026 00:00:61 +0000", nil),
        ("1 Jan 20260 00:00 +0000", nil), ("1 Foo 2026 00:00 +0000", nil), ("2026-11-23T11:33:00Z", nil),
        ("1 Jan 2026", nil),
        ("99999999999999999999 Jan 2026 00:00 +0000", nil), ("\"", nil), ("(", nil),
    ])
    func readsWhatItCanOfTheRest(field: String, utc: String?) {
        #expect(read(field)?.value?.utcDescription == utc)
        #expect(read(field)?.defects.isEmpty == false)
    }

    @Test func keepsTheZone() {
        #expect(read("23 Nov 2026 11:33:00 -0330")?.value?.zoneOffset == -210)
        #expect(read("23 Nov 2026 11:33:00 -0000")?.value?.isZoneUnknown == true)
        #expect(read("23 Nov 2026 11:33:00 +0000")?.value?.isZoneUnknown == false)
    }

    @Test func writesWhatItReads() throws {
        var generator = SeededGenerator(seed: 5322)
        for _ in 0..<5_000 {
            let seconds = Int64.random(in: -2_208_902_400...253_402_127_999, using: &generator)
            let date = try DateTime(
                secondsSinceEpoch: seconds, zoneOffset: Int.random(in: -1_439...1_439, using: &generator))
            let reading = read(date.description)
            #expect(reading?.value == date)
            #expect(reading?.defects == [])
        }
        let date = try DateTime(secondsSinceEpoch: 1_795_430_000, zoneOffset: -210)
        #expect(date.description == "Mon, 23 Nov 2026 07:03:20 -0330")
    }

    @Test func refusesWhatTheGrammarCannotWrite() {
        #expect(throws: RFC5322Error.self) { try DateTime(secondsSinceEpoch: .max) }
        #expect(throws: RFC5322Error.self) { try DateTime(secondsSinceEpoch: .min) }
        #expect(throws: RFC5322Error.self) { try DateTime(secondsSinceEpoch: 0, zoneOffset: 6_000) }
        #expect(throws: RFC5322Error.self) { try DateTime(secondsSinceEpoch: 0, zoneOffset: .min) }
    }

    @Test func knowsTheClock() {
        #expect(DateTime.now.secondsSinceEpoch > 1_700_000_000)
    }
}
