internal import Octets

/// Plays one script over one connection, on the thread that calls it.
struct ScriptPlayer {
    private let channel: ServerChannel
    private let steps: [ScriptStep]
    private let limit: Duration
    private let stop: Deadline.Stop
    private let rendezvous: Rendezvous?
    private var conversation = ScriptedConversation()
    private var unread = ReceiveBuffer()
    private var captures = FixtureCaptures()

    private enum Progress {
        case next
        case done
    }

    init(
        _ descriptor: Int32, _ steps: [ScriptStep], within limit: Duration, rendezvous: Rendezvous?,
        _ stop: Deadline.Stop
    ) {
        channel = ServerChannel(descriptor)
        self.steps = steps
        self.limit = limit
        self.rendezvous = rendezvous
        self.stop = stop
    }

    /// Plays to the end, or to the first thing out of turn, and closes.
    mutating func play() -> ScriptedConversation {
        defer { rendezvous?.serverDidEnd() }
        playSteps()
        conversation.handshake = channel.handshake
        return conversation
    }

    private mutating func playSteps() {
        for (index, step) in steps.enumerated() {
            do throws(ScriptFailure) {
                if case .done = try perform(step) { return }
            } catch {
                var failure = error
                failure.step = index + 1
                failure.line = step.line
                conversation.failure = failure
                return
            }
        }
        do throws(ScriptFailure) {
            try requireNothingUnread(before: "the end")
            rendezvous?.serverDidEnd()
            try awaitEnd()
        } catch {
            conversation.failure = error
        }
    }

    private mutating func perform(_ step: ScriptStep) throws(ScriptFailure) -> Progress {
        switch step.action {
        case .send(let text, let octetsAtOnce, let pause, let mayBeCutShort):
            try requireNothingUnread(before: "the server sends")
            return try send(text.octets(captures), octetsAtOnce, pause, mayBeCutShort)
        case .expect(let text):
            try expect(text)
        case .expectSilence(let time):
            try expectSilence(time)
        case .pause(let time):
            Deadline(in: time, stop).sleep()
        case .startTLS(let identity):
            try requireNothingUnread(before: "TLS begins")
            try startTLS(identity)
        case .perform(let work):
            work()
        case .turn:
            guard rendezvous?.waitForClient(until: deadline) ?? true else {
                throw ScriptFailure("the client did not come so far")
            }
        case .close:
            try requireNothingUnread(before: "the server closes")
            channel.endWriting()
            rendezvous?.serverDidEnd()
            try awaitEnd()
            return .done
        case .sendBeneathTLS(let octets):
            if let trouble = channel.writeBeneathTLS(octets, until: deadline) { throw ScriptFailure(trouble) }
        case .breakOff(let octets):
            if let trouble = channel.writeAndBreakOff(octets, until: deadline) { throw ScriptFailure(trouble) }
            _ = channel.readPlaintextBehindHandshake(until: deadline)
            return .done
        case .renegotiate:
            try renegotiate()
        case .updateKeys:
            if let trouble = channel.updateKeys(until: deadline) { throw ScriptFailure(trouble) }
        case .truncate:
            try requireNothingUnread(before: "the server closes")
            channel.endWriting(isTruncated: true)
            readToTheEnd()
            return .done
        case .reset:
            try requireNothingUnread(before: "the server resets the connection")
            channel.reset()
            return .done
        case .stall:
            rendezvous?.serverDidEnd()
            try awaitEnd()
            return .done
        case .ignoreRest:
            while try receive("until the client closes") {}
            return .done
        }
        return .next
    }

    private var deadline: Deadline { Deadline(in: limit, stop) }

    // MARK: Sending

    private mutating func send(
        _ octets: [UInt8], _ octetsAtOnce: Int, _ pause: Duration, _ mayBeCutShort: Bool
    ) throws(ScriptFailure) -> Progress {
        var start = 0
        while start < octets.count {
            let end = octets.count - start > octetsAtOnce ? start + octetsAtOnce : octets.count
            if let trouble = channel.write(Array(octets[start..<end]), until: deadline) {
                guard mayBeCutShort else { throw ScriptFailure(trouble) }
                conversation.end = .reset
                return .done
            }
            start = end
            if pause > .zero { Deadline(in: pause, stop).sleep() }
        }
        return .next
    }

    // MARK: Receiving

    /// Reads once more; false at the end of the client's stream.
    private mutating func receive(_ what: String, until deadline: Deadline? = nil) throws(ScriptFailure) -> Bool {
        switch channel.read(until: deadline ?? self.deadline) {
        case .octets(let octets):
            keep(octets)
            return true
        case .end(let end):
            conversation.end = end
            return false
        case .timedOut: throw ScriptFailure("nothing came in time \(what)")
        case .failed(let trouble): throw ScriptFailure(trouble)
        }
    }

    private mutating func keep(_ octets: [UInt8]) {
        if channel.isSecured { conversation.secured += octets } else { conversation.plaintext += octets }
        unread.append(octets.span)
    }

    private mutating func expect(_ text: FixtureText) throws(ScriptFailure) {
        let deadline = deadline
        // Beside the octets, so that looking at the ones does not hold the others.
        var captures = captures
        defer {
            self.captures = captures
            rendezvous?.captures = captures
        }
        var fitting = 0
        while true {
            switch text.match(unread.octets, from: 0, fitting: fitting, &captures) {
            case .matched(let count):
                return unread.consume(count)
            case .mismatched(let offset):
                throw ScriptFailure("the client sent something else at octet \(offset): \(contrast(text))")
            case .incomplete:
                fitting = unread.count
                let goesOn: Bool
                do throws(ScriptFailure) {
                    goesOn = try receive("for an expected line", until: deadline)
                } catch {
                    throw ScriptFailure("\(error.message): \(contrast(text))")
                }
                if !goesOn { throw ScriptFailure("the client closed: \(contrast(text))") }
            }
        }
    }

    private func contrast(_ text: FixtureText) -> String {
        let expected = FixtureNotation.escaped(text.octets(captures).span, limit: 400)
        return "expected \"\(expected)\", got \"\(FixtureNotation.escaped(unread.octets, limit: 400))\""
    }

    private func requireNothingUnread(before what: String) throws(ScriptFailure) {
        guard unread.isEmpty else {
            let got = FixtureNotation.escaped(unread.octets, limit: 400)
            throw ScriptFailure("the client sent \"\(got)\" out of turn before \(what)")
        }
    }

    private mutating func expectSilence(_ time: Duration) throws(ScriptFailure) {
        try requireNothingUnread(before: "a silence")
        switch channel.read(until: Deadline(in: time, stop)) {
        case .timedOut: return
        case .octets(let octets):
            keep(octets)
            try requireNothingUnread(before: "a silence was over")
        case .end(let end):
            conversation.end = end
            throw ScriptFailure("the client closed during a silence")
        case .failed(let trouble): throw ScriptFailure(trouble)
        }
    }

    // MARK: TLS and the end

    private mutating func startTLS(_ identity: ServerIdentity) throws(ScriptFailure) {
        let trouble = channel.startTLS(identity, until: deadline)
        if let trouble {
            // Plaintext in place of a handshake, or behind one that failed, is kept for whoever watches for it.
            conversation.plaintext += channel.readPlaintextBehindHandshake(until: deadline)
            throw ScriptFailure(trouble)
        }
    }

    /// Reads what the client sends to its end; how it ends does not matter, since it was given reason to complain.
    private mutating func readToTheEnd() {
        let deadline = deadline
        while true {
            switch channel.read(until: deadline) {
            case .octets(let octets): keep(octets)
            case .end(let end):
                conversation.end = end
                return
            case .timedOut, .failed: return
            }
        }
    }

    private mutating func renegotiate() throws(ScriptFailure) {
        var received: [UInt8] = []
        let trouble = channel.renegotiate(until: deadline) { received += $0 }
        keep(received)
        if let trouble { throw ScriptFailure(trouble) }
    }

    /// Waits until the client closes, having sent nothing more.
    private mutating func awaitEnd() throws(ScriptFailure) {
        let deadline = deadline
        repeat {
            try requireNothingUnread(before: "the end")
        } while try receive(
            "though the client should close", until: deadline)
    }
}
