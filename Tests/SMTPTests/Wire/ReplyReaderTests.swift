import Octets
import Testing

@testable import SMTP

/// The replies in `octets`, which must hold nothing else.
func read(_ octets: [UInt8], limits: SMTPLimits = SMTPLimits()) throws -> [SMTPReply] {
    var reader = ReplyReader(limits: limits)
    var input = ReceiveBuffer()
    input.append(octets.span)
    var replies: [SMTPReply] = []
    while let reply = try reader.next(in: &input) { replies.append(reply) }
    #expect(input.isEmpty)
    #expect(!reader.isInsideReply)
    return replies
}

@Suite struct ReplyReaderTests {
    static let table: [(String, UInt16, [String])] = [
        ("220 foo.com Simple Mail Transfer Service Ready\r\n", 220, ["foo.com Simple Mail Transfer Service Ready"]),
        (
            "250-First line\r\n250-Second line\r\n250-234 Text beginning with numbers\r\n250 The last line\r\n", 250,
            ["First line", "Second line", "234 Text beginning with numbers", "The last line"]
        ),
        ("250 \r\n", 250, [""]), ("250\r\n", 250, [""]), ("250-\r\n250\r\n", 250, ["", ""]),
        ("250- \r\n250  x\r\n", 250, [" ", " x"]),
        ("250 ok\n", 250, ["ok"]), ("250-a\n250 b\r\n", 250, ["a", "b"]), ("250 a\rb\r\n", 250, ["a\rb"]),
        ("250 \r\r\n", 250, ["\r"]),
        ("299 unheard of\r\n", 299, ["unheard of"]), ("265 x\r\n", 265, ["x"]), ("599 x\r\n", 599, ["x"]),
        ("250 \0\u{1B}[2J\u{E9}\r\n", 250, ["\0\u{1B}[2J\u{E9}"]), ("250 -\r\n", 250, ["-"]), ("334 \r\n", 334, [""]),
    ]

    @Test("Known answers, whole, byte by byte and cut at every place", arguments: table)
    func known(text: String, code: UInt16, lines: [String]) throws {
        let octets = Array(text.utf8)
        let expected = SMTPReply(code: try #require(ReplyCode(code)), lines: lines.map { Array($0.utf8) })
        for cuts in [[]] + (1..<octets.count).map({ [$0] }) + [Array(1..<octets.count)] {
            var reader = ReplyReader()
            var input = ReceiveBuffer()
            var start = 0
            for end in cuts + [octets.count] {
                input.append(octets.span.extracting(start..<end))
                start = end
                let reply = try reader.next(in: &input)
                #expect(reply == (end == octets.count ? expected : nil))
            }
            #expect(input.isEmpty)
        }
    }

    @Test("What follows a reply is left alone")
    func trailing() throws {
        var reader = ReplyReader()
        var input = ReceiveBuffer()
        input.append(Array("250-a\r\n250 b\r\n550 c\r\n25".utf8).span)
        #expect(try reader.next(in: &input)?.code.value == 250)
        #expect(input.count == 9)
        #expect(try reader.next(in: &input)?.code.value == 550)
        #expect(try reader.next(in: &input) == nil)
        #expect(input.count == 2)
    }

    @Test(
        "What is no reply is refused, and the error says where",
        arguments: [
            ("\r\n", "Reply-code", 0), ("hello\r\n", "Reply-code", 0), ("25\r\n", "Reply-code", 2),
            ("25 ok\r\n", "Reply-code", 2),
            ("2x0 ok\r\n", "Reply-code", 1), (" 250 ok\r\n", "Reply-code", 0), ("+250 ok\r\n", "Reply-code", 0),
            ("199 x\r\n", "Reply-code", 0), ("000 x\r\n", "Reply-code", 0), ("600 x\r\n", "Reply-code", 0),
            ("999 x\r\n", "Reply-code", 0),
            ("2500 x\r\n", "Reply-line", 3), ("250x\r\n", "Reply-line", 3), ("250\tx\r\n", "Reply-line", 3),
            ("250\0\r\n", "Reply-line", 3),
            ("250-a\r\n\r\n", "Reply-code", 0), ("250-a\r\nfoo\r\n", "Reply-code", 0),
            ("250-a\r\n550 b\r\n", "Reply-line", 0),
            ("250-a\r\n251-b\r\n", "Reply-line", 0), ("* OK IMAP4rev1\r\n", "Reply-code", 0),
            ("HTTP/1.1 200 OK\r\n", "Reply-code", 0),
        ])
    func malformed(text: String, rule: String, offset: Int) throws {
        let error = try #require(throws: SMTPError.self) { try read(Array(text.utf8)) }
        #expect(error.kind == .malformedReply)
        #expect(error.grammar?.rule == rule)
        #expect(error.grammar?.offset == offset)
        #expect(!error.connectionIsUsable)
    }

    @Test("Limit of the line: one less, as many, one more", arguments: [16, 512])
    func lineLimit(limit: Int) throws {
        var limits = SMTPLimits()
        limits.replyLineLength = limit
        for length in [limit - 1, limit] {
            let line = "250 " + String(repeating: "x", count: length - 4) + "\r\n"
            #expect(try read(Array(line.utf8), limits: limits).count == 1)
        }
        for end in ["\r\n", "\n", "", "yyyyyyyy"] {
            let line = "250 " + String(repeating: "x", count: limit + 1 - 4 + (end.isEmpty ? 1 : 0)) + end
            let error = try #require(throws: SMTPError.self) { try read(Array(line.utf8), limits: limits) }
            #expect(error.kind == .limitExceeded)
        }
    }

    @Test("Limit of the lines: one less, as many, one more", arguments: [1, 2, 128])
    func linesLimit(limit: Int) throws {
        var limits = SMTPLimits()
        limits.replyLines = limit
        func text(_ count: Int) -> [UInt8] {
            Array((String(repeating: "250-x\r\n", count: count - 1) + "250 x\r\n").utf8)
        }
        if limit > 1 { #expect(try read(text(limit - 1), limits: limits).first?.lines.count == limit - 1) }
        #expect(try read(text(limit), limits: limits).first?.lines.count == limit)
        let error = try #require(throws: SMTPError.self) { try read(text(limit + 1), limits: limits) }
        #expect(error.kind == .limitExceeded)
    }

    @Test("The defaults are what the documentation says")
    func defaults() {
        #expect(SMTPLimits().replyLineLength == 65_536)
        #expect(SMTPLimits().replyLines == 128)
        #expect(SMTPLimits().challengeLength == 12_288)
    }
}
