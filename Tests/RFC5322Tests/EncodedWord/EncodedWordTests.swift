import Testing

@testable import RFC5322

@Suite struct EncodedWordTests {
    @Test(arguments: [
        // RFC 2047 §8, with the comments as plain text.
        ("(=?ISO-8859-1?Q?a?=)", "(a)"), ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
        (
            "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example."
        ),
        ("=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=", "םולש ןב ילטפנ"),
        // RFC 2231 §5: a language behind the charset.
        ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
        // A character split between two words of one charset.
        ("=?utf-8?q?=C3?= =?UTF-8?q?=BC?=", "ü"), ("=?utf-8?b?8J+R?= =?utf-8?b?qQ==?=", "👩"),
        // Raw UTF-8 beside encoded words, folds, and text that only looks like a word.
        ("Grüße =?utf-8?q?=C3=BC?= x", "Grüße ü x"), ("a\r\n b\r\n\tc", "a b\tc"), ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?", "=?"),
        ("=?utf-8?q?a", "=?utf-8?q?a"), ("a = b ?= c", "a = b ?= c"), ("=?utf-8?q??=", ""),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"), ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?windows-1252?q?=80?=", "€"),
        ("=?gb2312?B?1tDOxA==?=", "中文"),
    ])
    func decodes(raw: String, text: String) {
        let reading = Message(parsing: Array("Subject: \(raw)\r\n\r\n".utf8)).header[.subject]?.readText()
        #expect(reading?.value == text)
        #expect(reading?.defects == [])
    }

    @Test(arguments: [
        ("a=?utf-8?q?b?=c", "abc", Defect.Kind.looseEncodedWord), ("=?utf-8?q?a b?=", "a b", .looseEncodedWord),
        ("=?utf-8?q?=C3=28?=", "\u{FFFD}(", .invalidInCharset), ("=?utf-8?q?=C?=", "=C", .damagedEncodedWord),
        ("=?utf-8?b?w7w?=", "ü", .damagedEncodedWord), ("=?x-none?q?=80?=", "=?x-none?q?=80?=", .unknownCharset),
        ("=?../../evil?q?a?=", "=?../../evil?q?a?=", .unknownCharset),
        ("=?char?q?a?=", "=?char?q?a?=", .unknownCharset),
        ("=?us-ascii?q?=C3=BC?=", "ü", .invalidInCharset),
    ])
    func decodesWhatIsDamagedAndSaysSo(raw: String, text: String, kind: Defect.Kind) {
        let reading = Message(field: "Subject: \(raw)").header[.subject]?.readText()
        #expect(reading?.value == text)
        #expect(reading?.defects.map(\.kind).contains(kind) == true)
    }

    @Test func replacesRawOctetsThatAreNotUTF8() {
        let message = Message(parsing: Array("Subject: ".utf8) + [0x61, 0xE9, 0x62] + Array("\r\n\r\n".utf8))
        let reading = message.header[.subject]?.readText()
        #expect(reading?.value == "a\u{FFFD}b")
        #expect(reading?.defects == [Defect(.invalidInCharset, at: 10)])
    }

    /// Every word decodes for itself, none is longer than 75 octets, and they give the text back.
    @Test func encodesWholeCharacters() {
        var generator = SeededGenerator(seed: 2047)
        for _ in 0..<2_000 {
            let text = generator.text(length: 120)
            let firstRoom = Int.random(in: 32...75, using: &generator)
            let words = EncodedWordEncoder.encode(text, firstRoom: firstRoom)
            #expect(words.allSatisfy { $0.utf8.count <= 75 })
            // A single character that needs more room is not split for the sake of the line.
            let first = words.first.map { Message(field: "Subject: .\($0).").header[.subject]?.text.count ?? 0 } ?? 0
            #expect((words.first?.utf8.count ?? 0) <= firstRoom || first == 3)
            let each = words.map {
                Message(field: "Subject: .\($0).").header[.subject]?.text.dropFirst().dropLast() ?? "?"
            }
            #expect(each.joined() == text)
        }
    }

    @Test func splitsACharacterOnlyWhereItIsLongerThanAWord() {
        let long = "e" + String(repeating: "\u{301}", count: 60)
        let words = EncodedWordEncoder.encode(long, firstRoom: 75)
        #expect(words.count > 1)
        #expect(Message(field: "Subject: \(words.joined(separator: " "))").subject == long)
    }
}
