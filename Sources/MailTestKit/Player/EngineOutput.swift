internal import Octets

/// What an engine has put out and no line of the fixture has used yet.
struct EngineOutput {
    private var written = WireOctets()
    private var used = 0
    private var events: [String] = []
    private var usedEvents = 0
    private var failure: String?
    private(set) var asksForTLS = false

    /// Whether the engine gave the connection up.
    var isOver: Bool { failure != nil }

    /// How much of what was written a message shows.
    private static let shown = 400

    mutating func add(write octets: WireOctets) {
        written.append(octets)
    }

    mutating func add(event: String, _ joined: (String, String) -> String?) {
        if usedEvents < events.count, let last = events.last, let both = joined(last, event) {
            events[events.count - 1] = both
        } else {
            events.append(event)
        }
    }

    mutating func askForTLS() {
        asksForTLS = true
    }

    mutating func fail(_ failure: String) {
        self.failure = failure
        asksForTLS = false
    }

    /// Uses what a `C:` line says, to the octet and to the secret.
    mutating func takeWrite(_ text: FixtureText, _ captures: inout FixtureCaptures) throws(FixtureError) {
        let start = used
        switch text.match(written.octets.span, from: start, &captures) {
        case .matched(let count):
            used += count
            let expected = Self.merged(text.wireOctets(captures).secretRanges)
            let got = Self.merged(written.secretRanges, within: start..<used)
            guard expected == got else {
                let contrast = contrast(text, captures, from: start)
                throw FixtureError("the engine marks other octets as secret: \(contrast)")
            }
        case .incomplete:
            let got = written.count > start ? "only \"\(line(from: start))\"" : "no octet"
            throw FixtureError(
                "the engine did not write: expected \"\(shown(text, captures))\", got \(got); \(situation)")
        case .mismatched(let offset):
            let contrast = contrast(text, captures, from: start)
            throw FixtureError("the engine wrote something else at octet \(offset - start): \(contrast)")
        }
    }

    /// Uses the event that a `=>` line says.
    mutating func takeEvent(_ expected: String) throws(FixtureError) {
        guard usedEvents < events.count else {
            let shown = expected.escapedForFixture
            throw FixtureError("an event is missing: expected \"\(shown)\", got none; \(situation)")
        }
        try Self.compare(expected, events[usedEvents], "an event")
        usedEvents += 1
    }

    /// Uses the failure that a `=> failure` line says; nothing else may be left.
    mutating func takeFailure(_ expected: String) throws(FixtureError) {
        try requireNothingWrittenOrTold(before: "=> failure")
        guard let failure else {
            let shown = expected.escapedForFixture
            throw FixtureError("a failure is missing: expected \"\(shown)\", got none; \(situation)")
        }
        try Self.compare(expected, failure, "a failure")
        self.failure = nil
    }

    /// Uses the wish for TLS; nothing else may be left.
    mutating func takeStartTLS() throws(FixtureError) {
        try requireNothingWrittenOrTold(before: "!tls")
        guard asksForTLS else { throw FixtureError("the engine does not ask for TLS; \(situation)") }
        asksForTLS = false
    }

    /// Refuses whatever came out of turn: all that the lines before used nothing of.
    func requireNothingLeft(before what: String) throws(FixtureError) {
        if let failure {
            throw FixtureError("the engine failed before \(what): \"\(failure.escapedForFixture)\"\(leftovers)")
        }
        try requireNothingWrittenOrTold(before: what)
        if asksForTLS { throw FixtureError("the engine asks for TLS before \(what), where no !tls stands") }
    }

    private func requireNothingWrittenOrTold(before what: String) throws(FixtureError) {
        if used < written.count {
            let got = line(from: used)
            throw FixtureError("the engine wrote out of turn before \(what): expected nothing, got \"\(got)\"")
        }
        if usedEvents < events.count {
            let event = events[usedEvents].escapedForFixture
            throw FixtureError("an event came out of turn before \(what): expected none, got \"\(event)\"")
        }
    }

    static func compare(_ expected: String, _ got: String, _ what: String) throws(FixtureError) {
        // By octets: strings are equal where their characters are, however these are composed.
        guard !expected.utf8.elementsEqual(got.utf8) else { return }
        throw FixtureError(
            "\(what) says something else: expected \"\(expected.escapedForFixture)\", got \"\(got.escapedForFixture)\"")
    }

    /// What the engine does instead of what was expected of it.
    private var situation: String {
        if let failure { return "it failed: \"\(failure.escapedForFixture)\"" }
        if asksForTLS { return "it asks for TLS" }
        return "it needs input\(leftovers)"
    }

    private var leftovers: String {
        var text = ""
        if used < written.count { text += ", having written \"\(line(from: used))\"" }
        if usedEvents < events.count { text += ", having told \"\(events[usedEvents].escapedForFixture)\"" }
        return text
    }

    private func contrast(_ text: FixtureText, _ captures: FixtureCaptures, from start: Int) -> String {
        "expected \"\(shown(text, captures))\", got \"\(line(from: start))\""
    }

    private func shown(_ text: FixtureText, _ captures: FixtureCaptures) -> String {
        let wire = text.pieces.contains { piece in
            if case .capture(let name, _) = piece { captures[name] == nil } else { false }
        }
        return wire ? text.description : FixtureNotation.escaped(text.wireOctets(captures), limit: Self.shown)
    }

    /// The line that begins at an offset of what was written.
    private func line(from start: Int) -> String {
        let octets = written.octets.span
        let end = octets.firstOffset(of: ASCII.lf, from: start).map { $0 + 1 } ?? octets.count
        var line = WireOctets()
        var position = start
        for range in written.secretRanges where range.upperBound > start && range.lowerBound < end {
            line.append(contentsOf: written.octets[position..<max(range.lowerBound, position)])
            position = min(range.upperBound, end)
            line.appendSecret(contentsOf: written.octets[max(range.lowerBound, start)..<position])
        }
        line.append(contentsOf: written.octets[position..<end])
        return FixtureNotation.escaped(line, limit: Self.shown)
    }

    /// Ranges counted from the start of `window` and held within it, neighbours joined.
    private static func merged(_ ranges: [Range<Int>], within window: Range<Int>? = nil) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges {
            let clipped = window.map { range.clamped(to: $0) } ?? range
            guard !clipped.isEmpty else { continue }
            let start = clipped.lowerBound - (window?.lowerBound ?? 0)
            if let last = merged.last, last.upperBound == start {
                merged[merged.count - 1] = last.lowerBound..<(start + clipped.count)
            } else {
                merged.append(start..<(start + clipped.count))
            }
        }
        return merged
    }
}
