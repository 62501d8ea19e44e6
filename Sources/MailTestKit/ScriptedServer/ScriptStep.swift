/// One thing that a scripted server does, or waits for.
public struct ScriptStep: Sendable {
    enum Action: Sendable {
        case send(FixtureText, octetsAtOnce: Int, pause: Duration, mayBeCutShort: Bool)
        case expect(FixtureText)
        case expectSilence(Duration)
        case pause(Duration)
        case startTLS(ServerIdentity)
        case sendBeneathTLS([UInt8])
        case breakOff([UInt8])
        case renegotiate
        case updateKeys
        case close
        case truncate
        case reset
        case stall
        case ignoreRest
        case turn
        case perform(@Sendable () -> Void)
    }

    let action: Action
    /// The line of the fixture that the step comes from.
    var line: Int?

    init(_ action: Action, line: Int? = nil) {
        self.action = action
        self.line = line
    }

    /// Sends octets as they are; line ends are written out.
    ///
    /// - Parameter mayBeCutShort: whether the client may close before it has taken all; the script is over then.
    public static func send(_ octets: [UInt8], mayBeCutShort: Bool = false) -> ScriptStep {
        ScriptStep(.send(FixtureText(octets), octetsAtOnce: .max, pause: .zero, mayBeCutShort: mayBeCutShort))
    }

    /// Sends text as it is; line ends are written out.
    ///
    /// - Parameter mayBeCutShort: whether the client may close before it has taken all; the script is over then.
    public static func send(_ text: String, mayBeCutShort: Bool = false) -> ScriptStep {
        .send(Array(text.utf8), mayBeCutShort: mayBeCutShort)
    }

    /// Sends text in pieces of `octetsAtOnce`, with a `pause` behind each.
    ///
    /// - Parameter mayBeCutShort: whether the client may close before it has taken all; the script is over then.
    public static func sendSlowly(
        _ text: String, octetsAtOnce: Int = 1, pause: Duration, mayBeCutShort: Bool = false
    ) -> ScriptStep {
        ScriptStep(
            .send(
                FixtureText(Array(text.utf8)), octetsAtOnce: max(octetsAtOnce, 1), pause: pause,
                mayBeCutShort: mayBeCutShort))
    }

    /// Waits until the client has sent exactly these octets; line ends are written out.
    public static func expect(_ octets: [UInt8]) -> ScriptStep {
        ScriptStep(.expect(FixtureText(octets)))
    }

    /// Waits until the client has sent exactly this text; line ends are written out.
    public static func expect(_ text: String) -> ScriptStep {
        .expect(Array(text.utf8))
    }

    /// Waits and fails if the client sends anything or closes meanwhile.
    public static func expectSilence(for time: Duration) -> ScriptStep {
        ScriptStep(.expectSilence(time))
    }

    /// Neither sends nor reads for so long: what the client sends stays in the kernel's buffers.
    public static func pause(_ time: Duration) -> ScriptStep {
        ScriptStep(.pause(time))
    }

    /// Handshakes as TLS server. What the client sent before and no step expected is out of turn.
    public static func startTLS(_ identity: ServerIdentity) -> ScriptStep {
        ScriptStep(.startTLS(identity))
    }

    /// Sends octets onto the wire that TLS knows nothing of, such as a forged record.
    public static func sendBeneathTLS(_ octets: [UInt8]) -> ScriptStep { ScriptStep(.sendBeneathTLS(octets)) }

    /// Asks the client under TLS 1.2 to negotiate anew; what came of it stands in `ServerHandshake.renegotiation`.
    public static var renegotiate: ScriptStep { ScriptStep(.renegotiate) }

    /// Changes the keys under TLS 1.3, and asks the client to change its own.
    public static var updateKeys: ScriptStep { ScriptStep(.updateKeys) }

    /// Ends the TCP stream without the close_notify that TLS asks for, and reads what the client sends until it closes too.
    /// The last step.
    public static var truncate: ScriptStep { ScriptStep(.truncate) }

    /// Sends text and behind it, in the same segment, a fatal alert of TLS, and waits until the client closes. The last step.
    public static func breakOff(behind text: String) -> ScriptStep { ScriptStep(.breakOff(Array(text.utf8))) }

    /// Closes in an orderly way, under TLS with a close_notify, and waits until the client closes too. The last step.
    public static var close: ScriptStep { ScriptStep(.close) }

    /// Breaks the connection off with a TCP reset. The last step.
    public static var reset: ScriptStep { ScriptStep(.reset) }

    /// Says nothing more, and reads until the client closes. The last step.
    public static var stall: ScriptStep { ScriptStep(.stall) }

    /// Reads whatever the client sends until it closes. The last step; without it, more octets are out of turn.
    public static var ignoreRest: ScriptStep { ScriptStep(.ignoreRest) }

    /// Calls `work` on the server's thread, once all steps before are done: what a test waits for need not be guessed by a clock.
    public static func perform(_ work: @escaping @Sendable () -> Void) -> ScriptStep { ScriptStep(.perform(work)) }
}
