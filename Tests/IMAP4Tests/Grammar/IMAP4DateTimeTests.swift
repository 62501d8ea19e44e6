import IMAP4
import Testing

@Suite struct IMAP4DateTimeTests {
    @Test(arguments: [
        ("17-Jul-1996 02:44:25 -0700", Int64(837_596_665)),
        (" 1-Jan-1970 00:00:00 +0000", 0),
        ("31-Dec-1969 23:59:59 +0000", -1),
        ("29-Feb-2000 12:00:00 +0530", 951_805_800),
        ("31-Dec-9999 23:59:59 +0000", 253_402_300_799),
    ])
    func `a moment is read, counted and written`(text: String, seconds: Int64) throws {
        let date = InternalDate(raw: IMAP4Text(text))
        let moment = try #require(date.dateTime)
        #expect(moment.secondsSince1970 == seconds)
        #expect(moment.description == text)
    }

    @Test func `every day goes to seconds and back`() throws {
        for day in stride(from: Int64(-719_162), through: 2_932_896, by: 37) {
            let moment = try #require(IMAP4DateTime(secondsSince1970: day * 86_400 + 86_399))
            #expect(moment.secondsSince1970 == day * 86_400 + 86_399)
        }
        #expect(IMAP4DateTime(secondsSince1970: .max) == nil)
        #expect(IMAP4DateTime(secondsSince1970: .min) == nil)
        #expect(IMAP4DateTime(secondsSince1970: -719_162 * 86_400 - 1) == nil)
    }

    @Test(arguments: [
        "", "30-Feb-2001 00:00:00 +0000", "1-Foo-2001 00:00:00 +0000", "1-Jan-2001 24:00:00 +0000",
        "1-Jan-2001 00:00:00",
        "1-Jan-2001 00:00:00 +00000", "1-Jan-99999 00:00:00 +0000", "1-Jan-0 00:00:00 +0000", "Mon, 1 Jan 2001",
    ])
    func `what is no moment is kept as text alone`(text: String) {
        let date = InternalDate(raw: IMAP4Text(text))
        #expect(date.dateTime == nil)
        #expect(date.raw.string == text)
    }
}
