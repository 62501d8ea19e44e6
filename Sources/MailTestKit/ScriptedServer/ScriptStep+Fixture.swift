extension ScriptStep {
    /// The server's part of a fixture, for a client that does its own part by itself.
    ///
    /// - Parameters:
    ///   - fixture: what is played; what it has the client submit and tell is passed over.
    ///   - identity: who handshakes where the fixture says `!tls`. A fixture whose channel is TLS from the start needs a server that
    ///     is started so.
    public static func script(of fixture: Fixture, tls identity: ServerIdentity) -> [ScriptStep] {
        script(of: fixture, identity)
    }

    /// The server's part of a fixture, a step at a time with the client's.
    ///
    /// - Parameter identity: who handshakes where the fixture says `!tls`.
    static func script(of fixture: Fixture, _ identity: ServerIdentity) -> [ScriptStep] {
        let steps = fixture.steps
        var endsInFailure = false
        if case .failure? = steps.last?.action { endsInFailure = true }
        let lastServed = steps.lastIndex { $0.serverText != nil }
        var script: [ScriptStep] = []
        var index = 0
        while index < steps.count {
            let step = steps[index]
            index += 1
            let action: Action
            switch step.action {
            case .server(var run):
                while index < steps.count, let more = steps[index].serverText {
                    run.append(more)
                    index += 1
                }
                // A client that gives up in the middle of what makes it give up reads no further.
                let mayBeCutShort = endsInFailure && lastServed.map { $0 < index } == true
                action = .send(run, octetsAtOnce: .max, pause: .zero, mayBeCutShort: mayBeCutShort)
            case .client(let text): action = .expect(text)
            case .startTLS: action = .startTLS(identity)
            case .close: action = .close
            case .stall: action = .stall
            case .reset: action = .reset
            case .submit, .submitRejected, .rejected, .event, .failure: action = .turn
            }
            script.append(ScriptStep(action, line: step.line))
        }
        return script
    }
}
