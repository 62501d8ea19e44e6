import IMAP4
import Octets
import Testing

/// What one response must be read as, however it is delivered.
struct KnownAnswer: Sendable, CustomTestStringConvertible {
    let wire: String
    let value: IMAP4Response

    var testDescription: String { wire }

    init(_ wire: String, _ value: IMAP4Response) {
        self.wire = wire
        self.value = value
    }

    static func untagged(_ wire: String, _ value: UntaggedResponse) -> KnownAnswer {
        KnownAnswer("* \(wire)\r\n", .untagged(value))
    }

    static func reply(
        _ wire: String, _ status: IMAP4Reply.Status, _ code: IMAP4ResponseCode?, _ text: IMAP4Text
    ) -> KnownAnswer {
        untagged(wire, .reply(IMAP4Reply(status, code: code, text: text)))
    }
}

/// A value that the table makes of constants.
private func made<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("the table names a value that there is not") }
    return value
}

@Suite struct ResponseKnownAnswerTests {
    private static func uid(_ value: UInt32) -> UID { made(UID(value)) }
    private static func set(_ text: IMAP4Text) -> UIDSet { made(UIDSet(text)) }

    static let answers: [KnownAnswer] = [
        KnownAnswer("a1 OK done\r\n", .tagged(made(IMAP4Tag("a1")), IMAP4Reply(.ok, text: "done"))),
        KnownAnswer("a1 no\r\n", .tagged(made(IMAP4Tag("a1")), IMAP4Reply(.no))),
        KnownAnswer("[x] BAD {5}\r\n", .tagged(made(IMAP4Tag("[x]")), IMAP4Reply(.bad, text: "{5}"))),
        KnownAnswer("+ go\r\n", .continuation("go")),
        KnownAnswer("+\r\n", .continuation("")),
        KnownAnswer("+ \r\n", .continuation("")),
        .reply("OK IMAP4rev1 Service Ready", .ok, nil, "IMAP4rev1 Service Ready"),
        .reply("OK [ALERT] Disk 98% full", .ok, .alert, "Disk 98% full"),
        .reply("OK [unseen 17] Message", .ok, .unseen(made(SequenceNumber(17))), "Message"),
        .reply("OK [UIDVALIDITY 3857529045]", .ok, .uidValidity(made(UIDValidity(3_857_529_045))), ""),
        .reply("OK [UIDVALIDITY 0] x", .ok, .other(name: "UIDVALIDITY", "0"), "x"),
        .reply("OK [UIDNEXT 4392] x", .ok, .uidNext(uid(4392)), "x"),
        .reply(
            "OK [PERMANENTFLAGS (\\Deleted \\* a]b [Gmail])] x", .ok,
            .permanentFlags([.deleted, .anyKeyword, Flag("a]b"), Flag("[Gmail]")]), "x"),
        .reply("NO [BADCHARSET] x", .no, .badCharset([]), "x"),
        .reply("NO [BADCHARSET (US-ASCII {5}\r\nUTF-8)] x", .no, .badCharset(["US-ASCII", "UTF-8"]), "x"),
        .reply("OK [APPENDUID 38505 3955] x", .ok, .appendUID(made(UIDValidity(38_505)), set("3955")), "x"),
        .reply(
            "OK [COPYUID 38505 304,319:320 3956:3958] x", .ok,
            .copyUID(
                CopiedUIDs(validity: made(UIDValidity(38_505)), source: set("304,319:320"), target: set("3956:3958"))),
            "x"),
        .reply("OK [COPYUID 38505  ] x", .ok, .other(name: "COPYUID", "38505  "), "x"),
        .reply("NO [authenticationfailed] x", .no, .word("AUTHENTICATIONFAILED"), "x"),
        .reply("OK [XREF imap://x/ y] z", .ok, .other(name: "XREF", "imap://x/ y"), "z"),
        .reply("OK [not a code", .ok, nil, "[not a code"),
        .reply("BYE see you", .bye, nil, "see you"),
        .reply("OK [CAPABILITY IMAP4rev1 X] ", .ok, .capability([.imap4rev1, IMAP4Capability("X")]), ""),
        .untagged(
            "CAPABILITY IMAP4rev1 LITERAL + AUTH=PLAIN ",
            .capability([.imap4rev1, .literalPlus, IMAP4Capability("AUTH=PLAIN")])),
        .untagged("FLAGS (\\Seen a*b )", .flags([.seen, Flag("a*b")])),
        .untagged("FLAGS ()", .flags([])),
        .untagged(
            "LIST (\\Noselect) \"/\" foo", .list(MailboxListing(attributes: [.noSelect], delimiter: "/", name: "foo"))),
        .untagged(
            "LIST () NIL {6}\r\na\"b\\c\u{1}",
            .list(MailboxListing(attributes: [], delimiter: nil, name: MailboxName(octets: Array("a\"b\\c\u{1}".utf8))))
        ),
        .untagged(
            "LIST () \"\\\\\" \"x\\\"y\"",
            .list(MailboxListing(attributes: [], delimiter: "\\", name: MailboxName(octets: Array("x\"y".utf8))))),
        .untagged(
            "LIST () \"/\" x (\"CHILDINFO\" (\"SUBSCRIBED\"))",
            .list(
                MailboxListing(
                    attributes: [], delimiter: "/", name: "x",
                    extendedData: [.string("CHILDINFO"), .list([.string("SUBSCRIBED")])]))),
        .untagged(
            "LSUB () \".\" #news.x", .subscribed(MailboxListing(attributes: [], delimiter: ".", name: "#news.x"))),
        .untagged("SEARCH", .search([])),
        .untagged("SEARCH 2 84 882 (MODSEQ 917162500)", .search([2, 84, 882])),
        .untagged(
            "ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3",
            .extendedSearch(
                ExtendedSearchResult(
                    tag: "A282", usesUIDs: true,
                    items: [.init(name: "MIN", value: .atom("2")), .init(name: "COUNT", value: .atom("3"))]))),
        .untagged("ESEARCH", .extendedSearch(ExtendedSearchResult(tag: nil, usesUIDs: false, items: []))),
        .untagged(
            "STATUS \"a b\" (MESSAGES 231 X (1 2))",
            .status(
                MailboxStatus(
                    name: "a b",
                    items: [
                        .init(.messages, .atom("231")), .init(StatusItem("X"), .list([.atom("1"), .atom("2")])),
                    ]))),
        .untagged("STATUS x ()", .status(MailboxStatus(name: "x", items: []))),
        .untagged("23 EXISTS", .exists(23)),
        .untagged("0 exists ", .exists(0)),
        .untagged("5 RECENT", .recent(5)),
        .untagged("44 EXPUNGE", .expunge(made(SequenceNumber(44)))),
        .untagged("3 FETCH ()", .fetch(made(SequenceNumber(3)), [])),
        .untagged(
            "3 FETCH (uid 9 flags (\\seen) RFC822.SIZE 9223372036854775807)",
            .fetch(made(SequenceNumber(3)), [.uid(uid(9)), .flags([.seen]), .size(9_223_372_036_854_775_807)])),
        .untagged(
            "3 FETCH (BODY[1.2.HEADER.FIELDS.NOT (DATE \"x y\")]<5> ~{3}\r\n\0ab BINARY.SIZE[1.2] 7 BINARY[3] NIL)",
            .fetch(
                made(SequenceNumber(3)),
                [
                    .content(
                        MessageContent(
                            .body(BodySection(part: [1, 2], .headerFieldsNot(["DATE", "x y"]))), origin: 5),
                        octets: IMAP4Text(octets: [0, 0x61, 0x62])),
                    .binarySize(part: [1, 2], 7), .content(MessageContent(.binary(part: [3])), octets: nil),
                ])),
        .untagged(
            "3 FETCH (RFC822.HEADER  {2}\r\nab RFC822.TEXT \"\\\"\" RFC822 NIL)",
            .fetch(
                made(SequenceNumber(3)),
                [
                    .content(MessageContent(.rfc822Header), octets: "ab"),
                    .content(MessageContent(.rfc822Text), octets: "\""),
                    .content(MessageContent(.rfc822), octets: nil),
                ])),
        .untagged(
            "3 FETCH (X-GM-MSGID 1278455344230334865 ANNOTATION (/comment (value.priv \"x\")))",
            .fetch(
                made(SequenceNumber(3)),
                [
                    .other(name: "X-GM-MSGID", .atom("1278455344230334865")),
                    .other(
                        name: "ANNOTATION", .list([.atom("/comment"), .list([.atom("value.priv"), .string("x")])])),
                ])),
        .untagged("ENABLED CONDSTORE", .enabled([IMAP4Capability("CONDSTORE")])),
        .untagged("XFOO {3}\r\na\r\n {0}\r\n", .other(number: nil, name: "XFOO", "{3}\r\na\r\n {0}\r\n")),
        .untagged("3 XFOO", .other(number: 3, name: "XFOO", "")),
        .untagged("VANISHED (EARLIER) 41,43:116", .other(number: nil, name: "VANISHED", "(EARLIER) 41,43:116")),
    ]

    private static func read(_ pieces: [[UInt8]]) -> [Result<IMAP4Response, IMAP4ResponseReader.Defect>] {
        var reader = IMAP4ResponseReader()
        var results: [Result<IMAP4Response, IMAP4ResponseReader.Defect>] = []
        for piece in pieces {
            reader.receive(piece.span)
            while let result = reader.next() { results.append(result) }
        }
        return results
    }

    @Test(arguments: answers) func `is read whole, byte by byte and cut anywhere`(answer: KnownAnswer) {
        // A response behind it shows that not an octet too many or too few was taken.
        let wire = Array(answer.wire.utf8) + Array("* 7 EXISTS\r\n".utf8)
        let expected: [Result<IMAP4Response, IMAP4ResponseReader.Defect>] = [
            .success(answer.value), .success(.untagged(.exists(7))),
        ]
        #expect(Self.read([wire]) == expected)
        #expect(Self.read(wire.map { [$0] }) == expected)
        for cut in 1..<wire.count {
            #expect(Self.read([Array(wire[..<cut]), Array(wire[cut...])]) == expected, "cut at \(cut)")
        }
    }

    @Test(arguments: answers) func `is written so that it reads the same`(answer: KnownAnswer) {
        #expect(Self.read([answer.value.encoded]) == [.success(answer.value)])
    }

    @Test(arguments: [
        ("\r\n", "tag", 0), ("* \r\n", "response-data", 2), ("*OK\r\n", "response-data", 1),
        ("a1 DONE\r\n", "resp-cond-state", 3),
        ("a1 BYE x\r\n", "resp-cond-state", 3), ("* 4294967296 EXISTS\r\n", "number", 2),
        ("* 1 FETCH\r\n", "message-data", 9),
        ("* 1 FETCH (UID 1\r\n", "msg-att", 16), ("* 1 FETCH (UID 1) x\r\n", "message-data", 18),
        ("* 0 FETCH ()\r\n", "nz-number", 2),
        ("* 1 FETCH (BODY[X] NIL)\r\n", "section-text", 16), ("* 1 FETCH (BODY[1.0] NIL)\r\n", "section-part", 18),
        ("* LIST () \"ab\" x\r\n", "mailbox-list", 10), ("* SEARCH 1 a\r\n", "nz-number", 11),
        ("* SEARCH 0\r\n", "nz-number", 9),
        ("* STATUS x (MESSAGES)\r\n", "status-att-val", 20), ("* LIST () \"/\" {+5}\r\n", "literal", 15),
        ("* LIST () \"/\" {5+}\r\nabcde\r\n", "literal", 16), ("* FLAGS (\\Seen\r\n", "flag-list", 14),
    ])
    func `what is malformed is refused at its place, and what follows is read`(wire: String, rule: String, offset: Int)
    {
        let results = Self.read([Array((wire + "* 7 EXISTS\r\n").utf8)])
        guard case .failure(.malformed(let error))? = results.first else {
            Issue.record("read as \(results)")
            return
        }
        #expect(error.rule == rule)
        #expect(error.offset == offset)
        #expect(results.dropFirst() == [.success(.untagged(.exists(7)))])
    }
}
