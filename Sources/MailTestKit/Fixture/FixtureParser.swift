internal import Octets

/// Reads a fixture line by line, and sees to it that its steps make sense in their order.
struct FixtureParser {
    private var headerLines = FixtureHeaderLines()
    private var header: FixtureHeader?
    private var steps: [FixtureStep] = []
    private var captured: Set<String> = []
    private var isSecured = false
    private var serverIsDone = false

    mutating func parse(_ text: String) throws(FixtureError) -> Fixture {
        var number = 0
        for line in text.utf8.split(separator: ASCII.lf, omittingEmptySubsequences: false) {
            number += 1
            do {
                try add(Array(line), number)
            } catch {
                throw error.located(at: number)
            }
        }
        let header = if let known = self.header { known } else { try headerLines.header() }
        if case .submitRejected? = steps.last?.action { throw Self.rejectionIsMissing(after: steps.last) }
        guard steps.contains(where: \.isExpectation) else {
            throw FixtureError("no line says => what must come of it, so the fixture proves nothing")
        }
        return Fixture(header: header, steps: steps)
    }

    private mutating func add(_ line: [UInt8], _ number: Int) throws(FixtureError) {
        guard !line.isEmpty else { return }
        if let control = line.first(where: \.isControl) {
            let shown = FixtureNotation.escaped([control].span)
            throw FixtureError("a control character stands in the file; it is written \(shown)")
        }
        if line.last == ASCII.space {
            throw FixtureError("the line ends with a space that nobody sees; it is written \\x20, or left away")
        }
        if line.first == UInt8(ascii: "#") {
            // Behind the first step, and anywhere with ##, it is a comment.
            if header == nil, !line.starts(with: "##".utf8) {
                try headerLines.add(String(decoding: line.dropFirst(), as: UTF8.self)[...], line: number)
            }
            return
        }
        if header == nil {
            let complete = try headerLines.header()
            header = complete
            isSecured = complete.channel == .tls
        }
        let step = FixtureStep(line: number, action: try action(line.span))
        try check(step)
        steps.append(step)
    }

    private func action(_ line: Span<UInt8>) throws(FixtureError) -> FixtureStep.Action {
        var cursor = OctetCursor(line)
        let sign = String(decoding: cursor.take { $0 != ASCII.space })
        _ = cursor.skip(ASCII.space)
        let rest = cursor.takeRest()
        let plain = FixtureTextParser(allowsSecrets: false)
        let marked = FixtureTextParser(allowsSecrets: true)
        switch sign {
        case "S:": return .server(try plain.text(rest).withLineEnd)
        case "S~:": return .server(try plain.text(rest).nonEmpty(sign))
        case "C:": return .client(try marked.text(rest).withLineEnd)
        case "C~:": return .client(try marked.text(rest).nonEmpty(sign))
        case ">": return .submit(try words(rest, plain))
        case ">!": return .submitRejected(try words(rest, plain))
        case "=>": return try expectation(rest, plain)
        case "!tls" where rest.isEmpty: return .startTLS
        case "!close" where rest.isEmpty: return .close
        case "!stall" where rest.isEmpty: return .stall
        case "!reset" where rest.isEmpty: return .reset
        default:
            let shown = FixtureNotation.escaped(line, limit: 40)
            throw FixtureError(
                """
                "\(shown)" is no step; it begins with S: S~: C: C~: > >! => and a space, or is !tls !close !stall !reset
                """)
        }
    }

    private func words(_ rest: Span<UInt8>, _ parser: FixtureTextParser) throws(FixtureError) -> [FixtureText] {
        let words = try parser.words(rest)
        guard !words.isEmpty else { throw FixtureError("nothing is submitted") }
        return words
    }

    private func expectation(
        _ rest: Span<UInt8>, _ parser: FixtureTextParser
    ) throws(FixtureError) -> FixtureStep.Action {
        var cursor = OctetCursor(rest)
        let first = cursor.take { $0 != ASCII.space }
        let isFailure = first.equals("failure")
        guard isFailure || first.equals("rejected") else { return .event(try parser.text(rest).nonEmpty("=>")) }
        _ = cursor.skip(ASCII.space)
        let text = try parser.text(cursor.takeRest())
        return isFailure ? .failure(try text.nonEmpty("=> failure")) : .rejected(try text.nonEmpty("=> rejected"))
    }

    /// Holds a step against those before it.
    private mutating func check(_ step: FixtureStep) throws(FixtureError) {
        let previous = steps.last
        if case .failure? = previous?.action {
            throw FixtureError("nothing happens after => failure: the connection is over")
        }
        var answersRejection = false
        if case .submitRejected? = previous?.action { answersRejection = true }
        var isRejection = false
        if case .rejected = step.action { isRejection = true }
        guard answersRejection == isRejection else {
            if answersRejection { throw Self.rejectionIsMissing(after: previous) }
            throw FixtureError("=> rejected stands right behind >! alone")
        }
        switch step.action {
        case .client(let text):
            guard !serverIsDone else { throw FixtureError("the server is gone, so the client writes nothing more") }
            try capture(text)
        case .server(let text):
            guard !serverIsDone else { throw FixtureError("the server sends nothing more after it closed or stalled") }
            try checkCaptures([text])
        case .submit(let words), .submitRejected(let words): try checkCaptures(words)
        case .event(let text), .failure(let text), .rejected(let text): try checkCaptures([text])
        case .startTLS:
            guard !serverIsDone else { throw FixtureError("the server is gone") }
            guard !isSecured else {
                throw FixtureError("the channel is under TLS already, unless # channel: plaintext")
            }
            isSecured = true
        case .close, .stall, .reset:
            guard !serverIsDone else { throw FixtureError("the server closed or stalled before") }
            serverIsDone = true
        }
    }

    private mutating func capture(_ text: FixtureText) throws(FixtureError) {
        for (index, piece) in text.pieces.enumerated() {
            guard case .capture(let name, _) = piece, captured.insert(name).inserted else { continue }
            if index + 1 < text.pieces.count, case .octets(let octets, _) = text.pieces[index + 1],
                let next = octets.first, !next.isAlpha, !next.isDigit
            {
                continue
            }
            throw FixtureError(
                "${\(name)} is captured here, so no letter or digit may stand behind it, and something must")
        }
    }

    private func checkCaptures(_ texts: [FixtureText]) throws(FixtureError) {
        for case .capture(let name, _) in texts.flatMap(\.pieces) where !captured.contains(name) {
            throw FixtureError("${\(name)} was not captured by a C: line before")
        }
    }

    private static func rejectionIsMissing(after step: FixtureStep?) -> FixtureError {
        FixtureError("behind >! stands => rejected and what the engine says", line: step?.line)
    }
}

extension FixtureText {
    fileprivate var withLineEnd: FixtureText {
        var text = self
        text.append([ASCII.cr, ASCII.lf], isSecret: false)
        return text
    }

    fileprivate func nonEmpty(_ sign: String) throws(FixtureError) -> FixtureText {
        guard count > 0 else { throw FixtureError("nothing stands behind \(sign)") }
        return self
    }
}

extension FixtureStep {
    fileprivate var isExpectation: Bool {
        switch action {
        case .event, .failure, .rejected: true
        default: false
        }
    }
}
