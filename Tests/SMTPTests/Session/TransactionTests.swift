import Octets
import SASL
import Testing

@testable import SMTP

@Suite struct TransactionTests {
    private static let pipelining = ["PIPELINING"]
    private static let three = ["Jones@foo.com", "Green@foo.com", "Brown@foo.com"]

    @Test("Lock-step: one command, one answer")
    func lockStep() throws {
        var probe = try SessionProbe.ready()
        #expect(try probe.submit(transaction(to: Self.three)) == ["C: MAIL FROM:<Smith@bar.com>\r\n"])
        #expect(probe.serve("250 OK") == ["=> sender 250 \"OK\"", "C: RCPT TO:<Jones@foo.com>\r\n"])
        #expect(probe.serve("250 OK") == ["=> recipient <Jones@foo.com> 250 \"OK\"", "C: RCPT TO:<Green@foo.com>\r\n"])
        #expect(probe.serve("550 No") == ["=> recipient <Green@foo.com> 550 \"No\"", "C: RCPT TO:<Brown@foo.com>\r\n"])
        #expect(probe.serve("251 fwd") == ["=> recipient <Brown@foo.com> 251 \"fwd\"", "C: DATA\r\n"])
        #expect(probe.serve("354 go") == ["=> content wanted 354 \"go\""])
        #expect(try probe.submit(.content(Array("a: b\n\n.x".utf8))) == ["C: a: b\r\n\r\n..x"])
        #expect(try probe.submit(.endOfContent) == ["C: \r\n.\r\n"])
        #expect(probe.session.acceptance == .unknown)
        #expect(probe.serve("250 done") == ["=> delivered to 2 of 3 250 \"done\""])
        #expect(probe.session.acceptance == .notSent)
        #expect(try probe.submit(transaction()) == ["C: MAIL FROM:<Smith@bar.com>\r\n"])
    }

    @Test("PIPELINING: MAIL, RCPT and DATA in one write, and nothing behind DATA")
    func pipelined() throws {
        var probe = try SessionProbe.ready(Self.pipelining)
        let log = try probe.submit(transaction(to: Self.three))
        #expect(
            log == [
                "C: MAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nRCPT TO:<Green@foo.com>\r\nRCPT TO:<Brown@foo.com>\r\nDATA\r\n"
            ])
        for command in try everyCommand() { #expect(probe.rejection(of: command)?.kind == .stateViolation) }
        #expect(
            probe.serve("250 a", "250 b", "250 c", "250 d", "354 e") == [
                "=> sender 250 \"a\"", "=> recipient <Jones@foo.com> 250 \"b\"",
                "=> recipient <Green@foo.com> 250 \"c\"",
                "=> recipient <Brown@foo.com> 250 \"d\"", "=> content wanted 354 \"e\"",
            ])
        #expect(try probe.submit(.endOfContent) == ["C: .\r\n"])
        for command in try everyCommand() { #expect(probe.rejection(of: command)?.kind == .stateViolation) }
    }

    @Test("allOrNone: DATA waits for every answer, for no empty message may reach those accepted")
    func allOrNone() throws {
        var probe = try SessionProbe.ready(Self.pipelining) { $0.partialAcceptance = .allOrNone }
        #expect(
            try probe.submit(transaction(to: ["a@b", "c@d"])) == [
                "C: MAIL FROM:<Smith@bar.com>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\n"
            ])
        #expect(probe.serve("250 ok", "250 ok", "250 ok").last == "C: DATA\r\n")
        #expect(probe.serve("354 go") == ["=> content wanted 354 \"go\""])

        probe = try SessionProbe.ready(Self.pipelining) { $0.partialAcceptance = .allOrNone }
        _ = try probe.submit(transaction(to: ["a@b", "c@d"]))
        #expect(probe.serve("250 ok", "250 ok", "450 later").last == "C: RSET\r\n")
        #expect(probe.serve("250 ok") == ["=> undelivered recipientsRefused RCPT 450 \"later\" refusedForNow"])
    }

    /// What the server does in one case of the matrix, and what must be claimed.
    struct Case: Sendable, CustomStringConvertible {
        let mail: String
        let recipients: [String]
        let data: String
        let final: String

        var description: String { "\(mail) \(recipients) \(data) \(final)" }

        /// Every answer of a pipelined group comes; a lock-step server is not asked for what will not be used.
        static let matrix: [Case] = ["250", "451", "550"].flatMap { mail in
            [["250", "250"], ["250", "450"], ["250", "550"], ["450", "550"], ["550", "550"], ["450", "450"]].flatMap {
                recipients in
                [("354", "250"), ("354", "451"), ("354", "554"), ("451", ""), ("554", "")].map { data, final in
                    Case(mail: mail, recipients: recipients, data: data, final: final)
                }
            }
        }

        var accepted: Int { recipients.filter { $0 == "250" }.count }
        var isEnvelopeGood: Bool { mail == "250" && accepted > 0 }

        /// The class that the server's own view gives the message; nil where it took it.
        var acceptance: SMTPAcceptance? {
            func acceptance(_ code: String) -> SMTPAcceptance { code.first == "4" ? .refusedForNow : .refusedForGood }
            if mail != "250" { return acceptance(mail) }
            if accepted == 0 { return recipients.contains("450") ? .refusedForNow : .refusedForGood }
            if data != "354" { return acceptance(data) }
            return final == "250" ? nil : acceptance(final)
        }
    }

    @Test("Refusals of some, of all, of DATA and of the whole, lock-step and pipelined", arguments: Case.matrix)
    func matrix(matrix: Case) throws {
        for extensions in [[], Self.pipelining] {
            var probe = try SessionProbe.ready(extensions)
            var log = try probe.submit(transaction(to: ["a@b", "c@d"]))
            var answers = [matrix.mail] + matrix.recipients + [matrix.data]
            if extensions.isEmpty, matrix.mail != "250" { answers = [matrix.mail] }
            if extensions.isEmpty, !matrix.isEnvelopeGood { answers = Array(answers.prefix(3)) }
            for answer in answers { log += probe.serve("\(answer) x") }
            if matrix.mail != "250", matrix.accepted > 0, matrix.data == "354", !extensions.isEmpty {
                // The server is beside itself; a dot could send an empty message to those it accepted.
                #expect(probe.failure?.acceptance == matrix.acceptance)
                #expect(!probe.written.description.hasSuffix(".\\x0D\\x0A"))
                continue
            }
            if matrix.isEnvelopeGood, matrix.data == "354" {
                #expect(log.last == "=> content wanted 354 \"x\"")
                log += try probe.submit(.content([0x61]))
                #expect(try probe.submit(.endOfContent) == ["C: \r\n.\r\n"])
                log += probe.serve("\(matrix.final) x")
            } else if matrix.data == "354", !extensions.isEmpty {
                #expect(log.last == "C: .\r\n", "RFC 2920 §3.1: 354 without a recipient gets a single dot")
                log += probe.serve("554 no valid recipients")
            } else if matrix.mail == "250" {
                #expect(log.last == "C: RSET\r\n")
                log += probe.serve("250 x")
            }
            #expect(probe.failure == nil)
            let end = try #require(log.last)
            if let acceptance = matrix.acceptance {
                #expect(end.hasPrefix("=> undelivered ") && end.hasSuffix(" \(acceptance)"))
            } else {
                #expect(end == "=> delivered to \(matrix.accepted) of 2 250 \"x\"")
            }
            #expect(probe.session.phase == .ready)
            #expect(try probe.submit(transaction()).first?.hasPrefix("C: MAIL") == true, "the next one can begin")
        }
    }

    @Test("What the error of a failed transaction tells")
    func story() throws {
        var session = try SessionProbe.ready(Self.pipelining).session
        try session.submit(transaction(to: Self.three))
        session.receive(Array("250 ok\r\n550 5.1.1 a\r\n450 4.2.1 b\r\n550 c\r\n503 d\r\n250 reset\r\n".utf8).span)
        var error: SMTPError?
        stepping: while true {
            switch try session.step() {
            case .event(.undelivered(let undelivered)): error = undelivered
            case .needInput: break stepping
            default: continue
            }
        }
        let told = try #require(error)
        #expect(told.kind == .recipientsRefused)
        #expect(told.recipients.map(\.reply.code.value) == [550, 450, 550])
        #expect(told.recipients.map(\.recipient.description) == Self.three.map { "<\($0)>" })
        #expect(told.reply?.enhancedCode?.description == "5.1.1")
        #expect(told.acceptance == .refusedForNow)
        #expect(told.mayRetry)
        #expect(told.connectionIsUsable)
    }

    @Test("The parameters of MAIL, in their order")
    func parameters() throws {
        let all = ["SMTPUTF8", "8BITMIME", "SIZE 1000"]
        func mail(_ extensions: [String], _ content: ContentDescription, from: String = "a@b") throws -> String? {
            var probe = try SessionProbe.ready(extensions)
            return try probe.submit(transaction(from: from, content)).first
        }
        #expect(try mail(all, ContentDescription(size: 10, body: .sevenBit)) == "C: MAIL FROM:<a@b> SIZE=10\r\n")
        #expect(
            try mail(all, ContentDescription(size: 10, body: .eightBit))
                == "C: MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME\r\n")
        #expect(try mail(all, ContentDescription(body: .undetermined)) == "C: MAIL FROM:<a@b> BODY=8BITMIME\r\n")
        #expect(try mail([], ContentDescription(size: 10)) == "C: MAIL FROM:<a@b>\r\n")
        #expect(
            try mail(all, ContentDescription(body: .sevenBit), from: "\u{E9}@b")
                == "C: MAIL FROM:<\u{E9}@b> SMTPUTF8\r\n")
        #expect(
            try mail(all, ContentDescription(size: 5, body: .sevenBit, hasInternationalizedHeader: true))
                == "C: MAIL FROM:<a@b> SIZE=5 BODY=8BITMIME SMTPUTF8\r\n")
    }

    @Test("What the server cannot take is known before an octet is sent")
    func unsendable() throws {
        var probe = try SessionProbe.ready(["SIZE 1000", "8BITMIME"])
        for size in [999, 1000] as [UInt64] {
            var other = probe
            #expect(other.rejection(of: try transaction(ContentDescription(size: size, body: .sevenBit))) == nil)
        }
        #expect(probe.rejection(of: try transaction(ContentDescription(size: 1001)))?.kind == .messageTooLarge)
        #expect(probe.rejection(of: try transaction(from: "\u{E9}@b"))?.kind == .extensionNotOffered)
        #expect(probe.rejection(of: try transaction(to: ["a@b", "c@\u{E9}"]))?.kind == .extensionNotOffered)
        #expect(
            probe.rejection(of: try transaction(ContentDescription(hasInternationalizedHeader: true)))?.kind
                == .extensionNotOffered)
        #expect(probe.rejection(of: try transaction(to: []))?.kind == .invalidArgument)
        probe = try SessionProbe.ready(["SIZE"])
        #expect(probe.rejection(of: try transaction(ContentDescription(body: .eightBit)))?.kind == .extensionNotOffered)
        let error = probe.rejection(of: try transaction(from: "\u{E9}@b"))
        #expect(error?.acceptance == .notSent)
        #expect(error?.connectionIsUsable == true)
    }

    @Test("Limit of the command line: 512 octets with its CRLF, parameters not counted")
    func lineLimit() throws {
        let domain = String(repeating: "d", count: 60)
        // "MAIL FROM:<" + local + "@" + domain + ">" CRLF, and two octets less for "RCPT TO:<".
        let local = String(repeating: "l", count: 512 - 11 - 1 - 60 - 1 - 2)
        var probe = try SessionProbe.ready(["SIZE"])
        #expect(probe.rejection(of: try transaction(from: "\(local)x@\(domain)"))?.kind == .invalidArgument)
        #expect(probe.rejection(of: try transaction(to: ["\(local)xxx@\(domain)"]))?.kind == .invalidArgument)
        #expect(
            probe.rejection(
                of: try transaction(
                    from: "\(local)@\(domain)", to: ["\(local)xx@\(domain)"], ContentDescription(size: 1))) == nil)
        #expect(probe.drain().first?.utf8.count == "C: ".utf8.count + 512 + " SIZE=1".utf8.count)
    }

    @Test("Content that cannot be sent spoils the message: it can never be ended")
    func spoilt() throws {
        for (bad, policy) in [
            (String(repeating: "x", count: 999), LineEndPolicy.normalize), ("\u{E9}", .normalize), ("a\rb", .refuse),
        ] {
            var probe = try SessionProbe.ready(Self.pipelining) { $0.lineEnds = policy }
            _ = try probe.submit(transaction())
            _ = probe.serve("250 ok", "250 ok", "354 go")
            _ = try probe.submit(.content(Array("a: b\r\n\r\n".utf8)))
            let before = probe.written.count
            let error = probe.rejection(of: .content(Array(bad.utf8)))
            #expect(error?.kind == .invalidContent)
            #expect(error?.acceptance == .notSent)
            #expect(error?.connectionIsUsable == false)
            #expect(probe.rejection(of: .content([0x61]))?.kind == .stateViolation)
            #expect(probe.rejection(of: .endOfContent)?.kind == .stateViolation)
            #expect(probe.written.count == before)
        }
        var probe = try SessionProbe.ready(Self.pipelining) { $0.lineEnds = .refuse }
        _ = try probe.submit(transaction())
        _ = probe.serve("250 ok", "250 ok", "354 go")
        _ = try probe.submit(.content(Array("a\r".utf8)))
        #expect(probe.rejection(of: .endOfContent)?.kind == .invalidContent)
    }

    @Test(
        "Answers out of place end the session",
        arguments: [
            (["354 x"], SMTPError.Kind.unexpectedReply, SMTPAcceptance.notSent),
            (["250 x", "354 x"], .unexpectedReply, .notSent),
            (["250 x", "250 x", "250 x"], .unexpectedReply, .notSent),
            (["250 x", "250 x", "354 x", "250 x"], .unexpectedReply, .notSent),
            (["250 x", "250 x", "354 x", "552 5.3.4 too big"], .refused, .refusedForGood),
            (["250 x", "250 x", "354 x", "451 later"], .refused, .refusedForNow),
            (["250 x", "221 x"], .serverClosing, .notSent), (["421 x"], .serverClosing, .refusedForNow),
            (["250 x", "421 x"], .serverClosing, .refusedForNow),
            (["250 x", "250 x", "354 x", "421 x"], .serverClosing, .refusedForNow),
            (["250 x", "garbage"], .malformedReply, .notSent),
        ])
    func outOfPlace(answers: [String], kind: SMTPError.Kind, acceptance: SMTPAcceptance) throws {
        for extensions in [[], Self.pipelining] {
            var probe = try SessionProbe.ready(extensions)
            _ = try probe.submit(transaction())
            for answer in answers { _ = probe.serve(answer) }
            #expect(probe.failure?.kind == kind)
            #expect(probe.failure?.acceptance == acceptance)
            #expect(probe.failure?.connectionIsUsable == false)
        }
    }

    @Test(
        "After the end was sent: only the server's answer makes it anything but unknown",
        arguments: [
            ("", SMTPAcceptance.unknown), ("2", .unknown), ("250-x\r\n", .unknown), ("garbage\r\n", .unknown),
            ("354 x\r\n", .unknown),
            ("221 x\r\n", .unknown), ("250-a\r\n550 b\r\n", .unknown), ("421 4.3.0 x\r\n", .refusedForNow),
        ])
    func afterTheEnd(answer: String, acceptance: SMTPAcceptance) throws {
        var probe = try SessionProbe.ready(Self.pipelining)
        _ = try probe.submit(transaction(to: ["a@b", "c@d"]))
        _ = probe.serve("250 ok", "250 ok", "550 no", "354 go")
        _ = try probe.submit(.endOfContent)
        _ = probe.serve(octets: Array(answer.utf8))
        _ = probe.endOfStream()
        #expect(probe.failure?.acceptance == acceptance)
        #expect(probe.failure?.recipients.count == 2)
        #expect(probe.failure?.mayRetry == (acceptance == .refusedForNow))
    }

    @Test("Cut at every octet of the server's side: the claim is right each time", arguments: [[], ["PIPELINING"]])
    func cuts(extensions: [String]) throws {
        let lines = ["250 2.1.0 ok\r\n", "250 2.1.5 ok\r\n", "354 go\r\n", "250 2.0.0 queued\r\n"]
        let all = Array(lines.joined().utf8)
        let beforeEnd = lines.dropLast().joined().utf8.count
        for cut in 0...all.count {
            var probe = try SessionProbe.ready(extensions)
            var log = try probe.submit(transaction())
            for octet in all[..<min(cut, beforeEnd)] { log += probe.serve(octets: [octet]) }
            if cut >= beforeEnd { log += try probe.submit(.endOfContent) }
            for octet in all[min(cut, beforeEnd)..<cut] { log += probe.serve(octets: [octet]) }
            let isAnswered = cut == all.count
            if isAnswered { #expect(log.last?.hasPrefix("=> delivered") == true) }
            _ = probe.endOfStream()
            #expect(probe.failure?.kind == .connectionClosed)
            #expect(probe.failure?.acceptance == (isAnswered || cut < beforeEnd ? .notSent : .unknown))
        }
    }

    @Test("The first refusal is what is reported when the connection breaks behind it")
    func brokenAfterRefusal() throws {
        for answers in [["550 5.7.1 no"], ["250 ok", "550 5.7.1 no"], ["250 ok", "550 5.7.1 no", "503 x"]] {
            var probe = try SessionProbe.ready(Self.pipelining)
            _ = try probe.submit(transaction())
            for answer in answers { _ = probe.serve(answer) }
            _ = probe.endOfStream()
            #expect(probe.failure?.reply?.enhancedCode?.description == "5.7.1")
            #expect(probe.failure?.acceptance == .refusedForGood)
            #expect(probe.failure?.connectionIsUsable == false)
        }
    }

    @Test("A server that refuses RSET cannot be given another transaction")
    func resetRefused() throws {
        var probe = try SessionProbe.ready()
        _ = try probe.submit(transaction())
        _ = probe.serve("250 ok")
        #expect(probe.serve("550 no").last == "C: RSET\r\n")
        _ = probe.serve("500 what")
        #expect(probe.failure?.kind == .recipientsRefused)
        #expect(probe.failure?.connectionIsUsable == false)
    }

    @Test("RSET and NOOP, answered and refused")
    func resetAndNoop() throws {
        var probe = try SessionProbe.ready()
        #expect(try probe.submit(.reset) == ["C: RSET\r\n"])
        #expect(probe.serve("250 2.0.0 ok") == ["=> completed RSET 250 2.0.0 \"ok\""])
        #expect(try probe.submit(.noop) == ["C: NOOP\r\n"])
        #expect(probe.serve("500 what") == ["=> refused NOOP 500 \"what\""])
        #expect(probe.rejection(of: .content([1]))?.kind == .stateViolation)
        #expect(probe.rejection(of: .endOfContent)?.kind == .stateViolation)
    }

    @Test("Ten thousand recipients cost what they should")
    func many() throws {
        var probe = try SessionProbe.ready(Self.pipelining)
        let count = 10_000
        _ = try probe.submit(transaction(to: (0..<count).map { "u\($0)@foo.com" }))
        let log = probe.serve(octets: Array((String(repeating: "250 ok\r\n", count: count + 1) + "354 go\r\n").utf8))
        #expect(log.count == count + 2)
        #expect(log.last == "=> content wanted 354 \"go\"")
    }
}
