import RFC5322
import Testing

@Suite struct AddressListParserTests {
    /// A short form: `name <address>`, `name: members;`, `!text` for what is malformed.
    static func describe(_ address: Address) -> String {
        switch address {
        case .mailbox(let mailbox):
            mailbox.displayName.map { "\($0) <\(mailbox.address)>" } ?? "\(mailbox.address)"
        case .group(let group):
            "\(group.displayName): \(group.members.map(describe).joined(separator: ", "));"
        case .malformed(let malformed):
            "!\(malformed.displayName.map { $0 + " " } ?? "")[\(malformed.text)]"
        }
    }

    static let sound: [(String, [String])] = [
        // RFC 5322 appendix A.1.
        ("John Doe <jdoe@machine.example>", ["John Doe <jdoe@machine.example>"]),
        ("\"Joe Q. Public\" <john.q.public@example.com>", ["Joe Q. Public <john.q.public@example.com>"]),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            ["Mary Smith <mary@x.test>", "jdoe@example.org", "Who? <one@y.test>"]
        ),
        (
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            ["boss@nil.test", "Giant; \"Big\" Box <sysservices@example.net>"]
        ),
        (
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            ["A Group: Ed Jones <c@a.test>, joe@where.test, John <jdoe@one.test>;"]
        ),
        ("Undisclosed recipients:;", ["Undisclosed recipients: ;"]),
        // Appendix A.5: comments and folds everywhere.
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", ["Pete <pete@silly.test>"]),
        (
            "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n"
                + "  John <jdoe@one.test> (my dear friend); (the end of the group)",
            ["A Group: Chris Jones <c@public.example>, joe@example.org, John <jdoe@one.test>;"]
        ),
        ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", ["Hidden recipients: ;"]),
        // Appendix A.6: obsolete forms.
        ("Joe Q. Public <john.q.public@example.com>", ["Joe Q. Public <john.q.public@example.com>"]),
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            ["Mary Smith <mary@example.net>", "jdoe@test.example"]
        ),
        ("<@a.test,@b.test:joe@example.org>", ["joe@example.org"]),
        // A comment behind an address is its name.
        ("joe@example.org (Joe Blow)", ["Joe Blow <joe@example.org>"]),
        ("joe@example.org (=?utf-8?q?J=C3=B6?=)", ["Jö <joe@example.org>"]),
        // Quoted local parts and domain literals.
        ("\"joe blow\"@example.org", ["\"joe blow\"@example.org"]),
        ("\"joe\".\"blow\"@example.org", ["joe.blow@example.org"]),
        ("joe@[192.0.2.1]", ["joe@[192.0.2.1]"]),
        ("joe@[IPv6:2001:db8::1]", ["joe@[IPv6:2001:db8::1]"]),
        // RFC 6532: UTF-8 as it is.
        ("Jöran <jøran@blåbær.example>", ["Jöran <jøran@blåbær.example>"]),
        // RFC 2047 §8.
        ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.example>", ["Keith Moore <moore@cs.example>"]),
        ("=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.example>", ["André Pirard <PIRARD@vm1.example>"]),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c <d@example.org>", ["ab c <d@example.org>"]),
        ("\"=?utf-8?b?w7x4?=\" <d@example.org>", ["üx <d@example.org>"]),
        ("", []), (" ", []), (",,", []),
    ]

    @Test(arguments: sound) func readsWhatIsSound(field: String, expected: [String]) {
        let reading = Message(parsing: Array("To: \(field)\r\n\r\n".utf8)).header[.to]?.readAddresses()
        #expect(reading?.value.map(Self.describe) == expected)
        #expect(reading?.defects == [])
    }

    static let damaged: [(String, [String])] = [
        ("joe", ["![joe]"]),
        ("Joe Blow", ["![Joe Blow]"]),
        ("Joe <>", ["!Joe []"]),
        ("Joe <joe>", ["!Joe [joe]"]),
        ("Joe <joe@example.org", ["Joe <joe@example.org>"]),
        ("Joe <joe@example.org, Mary <mary@example.org>", ["Joe <joe@example.org>", "Mary <mary@example.org>"]),
        ("<joe@example.org> <mary@example.org>", ["joe@example.org", "mary@example.org"]),
        ("Joe joe@example.org", ["Joe <joe@example.org>"]),
        ("a@b@c", ["![a@b@c]"]),
        ("joe@", ["![joe@]"]),
        ("@example.org", ["![@example.org]"]),
        ("joe@exa mple.org", ["![joe@exa mple.org]"]),
        ("\"Joe <joe@example.org>", ["\"Joe <joe@example.org>"]),
        ("Joe (unfinished <joe@example.org>", ["Joe (unfinished <joe@example.org>"]),
        ("Friends: a@example.org, b@example.org", ["Friends: a@example.org, b@example.org;"]),
        ("a@example.org; b@example.org", ["a@example.org", "b@example.org"]),
    ]

    @Test(arguments: damaged) func readsWhatIsDamagedAndSaysSo(field: String, expected: [String]) {
        let reading = Message(field: "To: \(field)").header[.to]?.readAddresses()
        #expect(reading?.value.map(Self.describe) == expected)
        #expect(reading?.defects.isEmpty == false)
    }

    /// A local part that is a dot-atom but for its dots is kept, and written as a quoted string.
    @Test func quotesWhatIsNoDotAtom() {
        let to = Message(field: "To: joe..blow.@example.org").to
        #expect(to.mailboxes.map { "\($0)" } == ["\"joe..blow.\"@example.org"])
    }

    /// What an encoded word hides is a name, whatever it looks like once decoded.
    @Test(arguments: [
        ("=?utf-8?q?boss=40example.com=0A=00?= <joe@example.org>", "boss@example.com", "joe@example.org"),
        ("=?utf-8?b?cG90dXNAd2hpdGVob3VzZS5leGFtcGxl?=@example.org", nil, "joe@example.org"),
        ("=?utf-8?q?=3Cboss=40example.com=3E=2C?= <joe@example.org>", "<boss@example.com>,", "joe@example.org"),
        ("=?utf-8?q?a@b.example,_c?= <joe@example.org>", "a@b.example, c", "joe@example.org"),
    ])
    func parsesBeforeItDecodes(field: String, name: String?, address: String) {
        let mailboxes = Message(field: "From: \(field)").from
        #expect(mailboxes.count == 1)
        if let name {
            #expect(mailboxes.first?.displayName == name)
            #expect(mailboxes.first?.address.description == address)
        } else {
            // The local part is the encoded word itself.
            #expect(mailboxes.first?.address.localPart == "=?utf-8?b?cG90dXNAd2hpdGVob3VzZS5leGFtcGxl?=")
            #expect(mailboxes.first?.address.domain == "example.org")
        }
    }

    @Test func stopsAtTheLimitOfAddresses() {
        var limits = Message.Limits()
        limits.values = 3
        let reading = Message(field: "To: a@x, b@x, c@x, d@x, e@x", limits: limits).header[.to]?.readAddresses()
        #expect(reading?.value.count == 3)
        #expect(reading?.defects.map(\.kind) == [.tooManyValues])
    }

    /// A megabyte of what could be looked for again and again.
    @Test(
        .timeLimit(.minutes(1)), arguments: ["(", "\"\\", "[", "<", "\"\\\"", "a@b,", "=?a?q?", ":", "((\"", "a ", "@"])
    func takesLinearTime(piece: String) {
        let value = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        let message = Message(field: "To: \(value)")
        _ = message.to.count
        _ = message.header[.to]?.text
        #expect(message.octets.count == value.utf8.count + 8)
    }
}
