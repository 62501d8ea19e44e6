import Octets
import Testing

@testable import POP3

@Suite struct ListingParserTests {
    private let strict = ListingParser(quirks: [], uniqueIDLength: 1000)
    private let tolerant = ListingParser(quirks: .standard, uniqueIDLength: 1000)

    @Test(
        arguments: [
            ("2 320", 2, 320), ("0 0", 0, 0), ("4294967295 18446744073709551615", .max, .max), ("1 2 more", 1, 2),
            ("1 2octets", 1, 2), ("001 002", 1, 2),
        ] as [(String, UInt32, UInt64)])
    func `drop listings`(text: String, count: UInt32, size: UInt64) throws {
        #expect(try strict.dropListing(Array(text.utf8).span) == DropListing(messageCount: count, size: size))
    }

    @Test(arguments: [
        ("", 0), ("2", 1), ("2 ", 2), ("2  3", 2), (" 2 3", 0), ("-1 3", 0), ("2 -3", 2), ("2\t3", 1),
        ("4294967296 1", 0), ("1 18446744073709551616", 2),
        ("a b", 0), ("2,3", 1),
    ])
    func `what is no drop listing, and where`(text: String, offset: Int) {
        let error = #expect(throws: GrammarError.self) { try strict.dropListing(Array(text.utf8).span) }
        #expect(error?.offset == offset)
        #expect(error?.rule == "drop-listing")
    }

    @Test(arguments: ["1 120", "1  120", "1\t120", " 1 120", "\t1 \t 120 x", "01 0120"])
    func `scan listings, with tolerance`(text: String) throws {
        #expect(try tolerant.scanListing(Array(text.utf8).span) == ScanListing(number: 1, size: 120))
    }

    @Test(arguments: [
        "", "1", "1 ", "0 1", "00 1", "a 1", "1 a", "1 -1", "-1 1", "4294967296 1", "1 18446744073709551616",
        "\u{661} 1", "1;1", "1.0 1",
    ])
    func `what is no scan listing`(text: String) {
        #expect(throws: GrammarError.self) { try tolerant.scanListing(Array(text.utf8).span) }
    }

    @Test(arguments: [
        ("1 abc", "abc"), ("1  abc", "abc"), ("1 abc ", "abc"), ("1 a b", "a b"), ("1 \u{E9}", "\u{E9}"),
        ("1 \t x\t", "x"),
    ])
    func `unique-id listings, with tolerance`(text: String, uniqueID: String) throws {
        let listing = try tolerant.uniqueIDListing(Array(text.utf8).span)
        #expect(listing.number == 1)
        #expect(listing.uniqueID.octets == Array(uniqueID.utf8))
    }

    @Test(arguments: [("1 ", 2), ("1", 1), ("1 a b", 3), ("1  a", 2), ("1 a ", 3), ("1 \u{E9}", 2), ("0 a", 0)])
    func `what is no unique-id listing by the book, and where`(text: String, offset: Int) {
        let error = #expect(throws: GrammarError.self) { try strict.uniqueIDListing(Array(text.utf8).span) }
        #expect(error?.offset == offset)
    }
}
