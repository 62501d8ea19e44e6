import RFC5322
import Testing

@Suite struct MessageLimitsTests {
    private func limits(_ change: (inout Message.Limits) -> Void) -> Message.Limits {
        var limits = Message.Limits()
        change(&limits)
        return limits
    }

    private func nested(_ depth: Int) -> String {
        var text = ""
        for level in 0..<depth { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        return text + "\nx\n"
    }

    @Test func depth() {
        #expect(
            Message(lines: nested(9), limits: limits { $0.depth = 10 }).defects.allSatisfy {
                $0.kind == .missingCloseDelimiter
            })
        let message = Message(lines: nested(10), limits: limits { $0.depth = 10 })
        #expect(message.defects.filter { $0.kind == .tooDeep }.count == 1)
        #expect(message.parts.count == 10)
        #expect(Message(lines: nested(150)).parts.count == 100)
        let enclosed = Message(lines: String(repeating: "Content-Type: message/rfc822\n\n", count: 150) + "x")
        #expect(enclosed.parts.count == 100)
        #expect(enclosed.defects.map(\.kind) == [.tooDeep])
    }

    /// The last part that is allowed reaches to the end: nothing is lost.
    @Test func parts() {
        let text =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 20) + "--b--\n"
        #expect(Message(lines: text, limits: limits { $0.parts = 21 }).defects == [])
        let message = Message(lines: text, limits: limits { $0.parts = 5 })
        #expect(message.parts.count == 5)
        #expect(message.defects.map(\.kind) == [.tooManyParts])
        #expect(message.parts[4].range.upperBound == message.octets.count)
        #expect(
            Message(lines: "Content-Type: message/rfc822\n\n", limits: limits { $0.parts = 1 }).defects.map(\.kind) == [
                .tooManyParts
            ])
    }

    @Test func fields() {
        let text = String(repeating: "A: b\n", count: 10) + "\nbody"
        #expect(Message(lines: text, limits: limits { $0.fields = 10 }).defects == [])
        let message = Message(lines: text, limits: limits { $0.fields = 9 })
        #expect(message.header.count == 9)
        #expect(message.defects.map(\.kind) == [.tooManyFields])
        #expect(String(decoding: message.root.body, as: UTF8.self) == "A: b\r\n\r\nbody")
    }

    @Test func fieldLength() {
        let message = Message(lines: "Subject: 0123456789\nTo: a@b\n\n", limits: limits { $0.fieldLength = 14 })
        #expect(message.defects.map(\.kind) == [.fieldTooLong])
        #expect(message.subject == "01234")
        #expect(message.to.mailboxes.count == 1)
        #expect(message.header[0].rawValue == " 0123456789")
    }

    @Test func headerLength() {
        let message = Message(lines: "A: b\nC: d\nE: f\n\nbody", limits: limits { $0.headerLength = 12 })
        #expect(message.header.count == 2)
        #expect(message.defects.map(\.kind) == [.headerTooLong])
        // Of all parts together.
        let parts =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\nA: b\n\n", count: 3) + "--b--\n"
        let message2 = Message(lines: parts, limits: limits { $0.headerLength = 60 })
        #expect(message2.parts.map(\.header.count) == [1, 1, 1, 0])
    }

    @Test func boundaryLength() {
        let boundary = String(repeating: "b", count: 100)
        let text = "Content-Type: multipart/mixed; boundary=\(boundary)\n\n--\(boundary)\n\nx\n--\(boundary)--\n"
        #expect(Message(lines: text, limits: limits { $0.boundaryLength = 100 }).parts.count == 2)
        let message = Message(lines: text, limits: limits { $0.boundaryLength = 99 })
        #expect(message.parts.count == 1)
        #expect(message.defects.map(\.kind) == [.boundaryTooLong])
    }

    @Test func defects() {
        let text =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\nno field\n", count: 20)
            + "--b--\n"
        let message = Message(lines: text, limits: limits { $0.defects = 3 })
        #expect(message.defects.count == 4)
        #expect(message.defects.last?.kind == .tooManyDefects)
    }

    @Test func defaultsAreThoseOfTheDocumentation() {
        let limits = Message.Limits()
        #expect(limits.depth == 100 && limits.parts == 10_000 && limits.fields == 100_000 && limits.values == 10_000)
        #expect(limits.fieldLength == 1_048_576 && limits.headerLength == 16_777_216 && limits.boundaryLength == 2_048)
        #expect(limits.parameters == 1_000 && limits.defects == 1_000)
    }

    /// Limits of nothing still give a message.
    @Test func zero() {
        let none = limits {
            $0.depth = 0
            $0.parts = 0
            $0.fields = 0
            $0.fieldLength = 0
            $0.headerLength = 0
            $0.boundaryLength = 0
            $0.parameters = 0
            $0.values = 0
            $0.defects = 0
        }
        let message = Message(lines: nested(3), limits: none)
        #expect(message.parts.count == 1)
        #expect(message.defects.map(\.kind) == [.tooManyDefects])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "\n", "--\n", "--b\n", "A: b\n", "--b\nContent-Type: multipart/mixed; boundary=b\n\n", " \n", "-", "--b",
            "Content-Type: message/rfc822\n\n",
        ])
    func takesLinearTime(piece: String) {
        let text =
            "Content-Type: multipart/mixed; boundary=b\n\n"
            + String(repeating: piece, count: 4_000_000 / piece.utf8.count)
        let message = Message(parsing: Array(text.utf8))
        #expect(message.octets.count == text.utf8.count)
        #expect(message.parts.count <= 10_000)
        _ = message.views
    }
}
