internal import Octets

/// Plays a fixture against an engine, without a socket.
///
/// The engine is fed only when all earlier lines hold, and then asked until it needs input. What it wrote is one
/// stream, what it told another: `C:` lines are held against the one, `=>` lines against the other. Before anything
/// more is given to it, both must have been used up: what is left over came out of turn.
struct EnginePlayer<Adapter: FixtureAdapter> {
    private let fixture: Fixture
    private let delivery: ServerDelivery
    private var engine: Adapter.Engine
    private var output = EngineOutput()
    private var captures = FixtureCaptures()
    private var delivered = 0
    private var rejection: String?

    /// Plays `fixture` in every way that `delivery` means.
    ///
    /// - Throws: the first line that does not hold, with what was expected and what came.
    static func play(_ fixture: Fixture, _ delivery: FixtureDelivery) throws(FixtureError) {
        switch delivery {
        case .whole: try playOnce(fixture, .whole)
        case .socket: throw FixtureError("an engine has no socket")
        case .byteByByte: try playOnce(fixture, .byteByByte)
        case .everySplit:
            // The octets of a play without cuts; what `${…}` stands for, and so the length, may depend on the engine.
            let octets = try playOnce(fixture, .whole)
            for offset in SplitPoints.offsets(in: octets.span) { try playOnce(fixture, .cut(at: offset)) }
        }
    }

    /// Plays `fixture` once and returns all that the server sent.
    @discardableResult
    private static func playOnce(_ fixture: Fixture, _ delivery: ServerDelivery) throws(FixtureError) -> [UInt8] {
        do {
            var player = try EnginePlayer(fixture, delivery)
            return try player.play()
        } catch {
            throw FixtureError("\(error.message)\(delivery.note)", line: error.line)
        }
    }

    private init(_ fixture: Fixture, _ delivery: ServerDelivery) throws(FixtureError) {
        self.fixture = fixture
        self.delivery = delivery
        engine = try Adapter.makeEngine(isSecured: fixture.header.channel == .tls, options: fixture.header.client)
    }

    private mutating func play() throws(FixtureError) -> [UInt8] {
        var sent: [UInt8] = []
        try pump()
        var index = 0
        while index < fixture.steps.count {
            let step = fixture.steps[index]
            var next = index + 1
            do {
                if step.serverText != nil {
                    while next < fixture.steps.count, fixture.steps[next].serverText != nil { next += 1 }
                    let run = fixture.steps[index..<next].flatMap { $0.serverText?.octets(captures) ?? [] }
                    sent += run
                    try deliver(run, at: step, isLast: next == fixture.steps.count - 1)
                } else if try !perform(step) {
                    return sent
                }
            } catch {
                throw error.located(at: step.line)
            }
            index = next
        }
        try output.requireNothingLeft(before: "the end of the fixture")
        return sent
    }

    /// Does a step that is not the server's; false for one that engines are not concerned with, as is all behind it.
    private mutating func perform(_ step: FixtureStep) throws(FixtureError) -> Bool {
        switch step.action {
        case .server: break
        case .client(let text): try output.takeWrite(text, &captures)
        case .submit(let words): try submit(words, step)
        case .submitRejected(let words): try submitRejected(words, step)
        case .rejected(let text):
            guard let rejection else { throw FixtureError("nothing was rejected") }
            try EngineOutput.compare(text.string(captures), rejection, "a rejection")
            self.rejection = nil
        case .event(let text): try output.takeEvent(text.string(captures))
        case .failure(let text): try output.takeFailure(text.string(captures))
        case .startTLS:
            try output.takeStartTLS()
            guard engine.input.isEmpty else {
                throw FixtureError("the engine asks for TLS with plaintext unread in its input")
            }
            engine.tlsEstablished()
            try pump()
        case .close:
            try output.requireNothingLeft(before: step.sign)
            engine.receiveEndOfStream()
            try pump()
        case .stall, .reset:
            try output.requireNothingLeft(before: step.sign)
            return false
        }
        return true
    }

    private mutating func submit(_ words: [FixtureText], _ step: FixtureStep) throws(FixtureError) {
        try output.requireNothingLeft(before: step.sign)
        for command in try Adapter.commands(for: words.map { $0.string(captures) }) {
            do {
                try engine.submit(command)
            } catch {
                throw FixtureError("the engine rejects the command: \(Adapter.describe(error).escapedForFixture)")
            }
        }
        try pump()
    }

    private mutating func submitRejected(_ words: [FixtureText], _ step: FixtureStep) throws(FixtureError) {
        try output.requireNothingLeft(before: step.sign)
        for command in try Adapter.commands(for: words.map { $0.string(captures) }) where rejection == nil {
            do {
                try engine.submit(command)
            } catch {
                rejection = Adapter.describe(error)
            }
        }
        guard rejection != nil else { throw FixtureError("the engine takes the command, and should reject it") }
        try pump()
    }

    /// Gives a run of the server's octets to the engine in the pieces that the delivery makes of it.
    private mutating func deliver(_ run: [UInt8], at step: FixtureStep, isLast: Bool) throws(FixtureError) {
        try output.requireNothingLeft(before: step.sign)
        var start = 0
        let before = delivered
        for end in delivery.ends(of: run.count, behind: before) {
            if output.isOver { break }
            if output.asksForTLS {
                // What the server sent too early reaches not the engine but its driver, which refuses it likewise.
                // Delivered whole, the same octets show that the engine does.
                guard isLast, case .failure(let text)? = fixture.steps.last?.action else { break }
                output.fail(text.string(captures))
                break
            }
            engine.receive(run.span.extracting(start..<end))
            delivered += end - start
            start = end
            try pump()
        }
        if output.asksForTLS, start < run.count {
            throw FixtureError("the engine asks for TLS while the server still sends plaintext behind its agreement")
        }
        delivered = before + run.count
    }

    /// Lets the engine do all it can.
    private mutating func pump() throws(FixtureError) {
        // Steps come of octets, commands and the end of the stream; an engine that takes more has no end.
        let most = 10_000 + 4 * delivered
        for _ in 0..<most {
            if output.isOver || output.asksForTLS { return }
            do throws(Adapter.Engine.Failure) {
                switch try engine.step() {
                case .event(let event):
                    if let text = Adapter.describe(event) { output.add(event: text, Adapter.joined) }
                case .write(let octets): output.add(write: octets)
                case .startTLS: output.askForTLS()
                case .needInput: return
                }
            } catch {
                output.fail(Adapter.describe(error))
            }
        }
        throw FixtureError("the engine never needs input: step() was called \(most) times in a row")
    }
}

extension FixtureText {
    /// The text as a string; what is not UTF-8 becomes U+FFFD.
    func string(_ captures: FixtureCaptures) -> String {
        String(decoding: octets(captures), as: UTF8.self)
    }
}
