import Octets
import Testing

@testable import SMTP

@Suite struct SMTPReplyTests {
    private func reply(_ code: UInt16, _ lines: [String]) throws -> SMTPReply {
        SMTPReply(code: try #require(ReplyCode(code)), lines: lines.map { Array($0.utf8) })
    }

    @Test("The enhanced code is taken off every line that repeats it")
    func text() throws {
        let answer = try reply(550, ["5.7.1 first", "5.7.1 second", "third"])
        #expect(answer.text == "first\nsecond\nthird")
        #expect(answer.description == "550 5.7.1 first / second / third")
    }

    @Test("What a server says cannot act on a terminal")
    func escaped() throws {
        let answer = try reply(550, ["\u{1B}]8;;http://evil\u{7} \u{202E}gnp", "a\rb\0"])
        for text in [answer.text, answer.description] {
            #expect(
                !text.unicodeScalars.contains {
                    $0 == "\u{1B}" || $0 == "\u{7}" || $0 == "\r" || $0 == "\0" || $0 == "\u{202E}"
                })
        }
        #expect(answer.description == #"550 \x1B]8;;http://evil\x07 \xE2\x80\xAEgnp / a\x0Db\x00"#)
    }

    @Test func emptyTexts() throws {
        let code = try #require(ReplyCode(250))
        #expect(SMTPReply(code: code, lines: []).lines == [[]])
        #expect(SMTPReply(code: code, lines: []).description == "250")
        #expect(SMTPReply(code: code, lines: []) == SMTPReply(code: code, text: ""))
    }

    @Test("A reply is written so that reading it gives an equal one")
    func roundTrip() throws {
        for lines in [[""], ["", ""], ["ok"], ["2.1.0 a", "", "-b"], ["\u{1B}é", "250 x"], ["a\r", "\r", "\0"]] {
            let answer = try reply(250, lines)
            #expect(try read(answer.encoded().octets) == [answer])
        }
    }

    @Test("A reply is written line by line: hyphen, space, CRLF")
    func encoded() throws {
        #expect(try reply(250, ["a", "", "b"]).encoded().octets == Array("250-a\r\n250-\r\n250 b\r\n".utf8))
        #expect(try reply(250, [""]).encoded().octets == Array("250 \r\n".utf8))
        // Text that no line can hold cannot make a line that is no reply line.
        #expect(try reply(250, ["a\r\n500 b\n"]).encoded().octets == Array("250-a\r\r\n250-500 b\r\n250 \r\n".utf8))
    }
}
