import Testing

@testable import MailTestKit

@Suite("Playing a fixture over a socket", .timeLimit(.minutes(1)))
struct SocketPlayerTests {
    private func error(_ text: String, within limit: Duration = .seconds(5)) async throws -> FixtureError? {
        let fixture = try Fixture(text)
        do {
            try await SocketPlayer<EchoAdapter>.play(fixture, within: limit)
            return nil
        } catch {
            return error
        }
    }

    private static let echo = "S: HELLO\n=> greeting\n> echo a\nC: ECHO a\nS: OK a\n=> echoed \"a\""
    private static let pass = "S: HELLO\n=> greeting\n> pass b\nC: PASS {secret:b}\nS: OK\n=> echoed \"\""
    private static let secure = "S: HELLO\n=> greeting\n> secure\nC: SECURE\nS: OK\n!tls\n=> secured"

    @Test("a right engine plays")
    func whole() async throws {
        #expect(try await error(Traces.whole) == nil)
    }

    @Test("a right engine plays under TLS from the first octet", arguments: [echo, pass])
    func tls(_ steps: String) async throws {
        #expect(try await error(Traces.body(steps)) == nil)
    }

    @Test(
        "a client that verifies refuses each wrong certificate by name",
        arguments: [
            (.expired, "certificateExpired"), (.notYetValid, "certificateNotYetValid"),
            (.selfSigned, "certificateSelfSigned"), (.otherHost, "certificateNameMismatch"),
            (.commonNameOnly, "certificateNameMismatch"),
        ] as [(CertificateProfile, String)])
    func wrongCertificate(_ profile: CertificateProfile, _ kind: String) async throws {
        let identity = try LoopbackIdentity.get().authority.issue(profile)
        #expect(try await connectError(identity)?.contains(kind) == true)
    }

    @Test("a client that verifies refuses another authority and versions that are too old")
    func wrongAuthorityAndVersion() async throws {
        let stranger = try TestCertificateAuthority().issue()
        #expect(try await connectError(stranger)?.contains("certificateUntrusted") == true)
        let old = try LoopbackIdentity.get().authority.issue(versions: .tls10 ... .tls11)
        #expect(try await connectError(old)?.contains("protocolVersion") == true)
    }

    private func connectError(_ identity: ServerIdentity) async throws -> String? {
        let fixture = try Fixture(Traces.body(Self.echo))
        let error = await #expect(throws: FixtureError.self) {
            try await SocketPlayer<EchoAdapter>.play(fixture, as: identity)
        }
        #expect(error?.message.hasPrefix("the client cannot connect: ") == true)
        return error?.message
    }

    @Test("an upgrade at the end of a fixture is waited for")
    func upgradeAtTheEnd() async throws {
        #expect(try await error(Traces.body(Self.secure + "\n> echo a\nC: ECHO a", channel: "plaintext")) == nil)
    }

    @Test(
        "how a connection ends is told in words of the engine or the transport",
        arguments: [
            ("S: HELLO\n=> greeting\n!close\n=> ended", "tls"),
            ("S: HELLO\n=> greeting\n!close\n=> ended", "plaintext"),
            ("S: HELLO\n=> greeting\n> echo a\nC: ECHO a\n!close\n=> failure closed while 1 commands wait", "tls"),
            ("S: HELLO\n=> greeting\n> echo a\nC: ECHO a\n!reset\n=> failure connectionReset", "plaintext"),
            ("S: HELLO\n=> greeting\n> echo a\nC: ECHO a\n!stall\n=> failure timedOut", "tls"),
            ("S: HELLO\n=> greeting\nS: OK\n=> failure unasked \"OK\"", "tls"),
            ("S: HELLO\n=> greeting\nS: \\*3000000{x}\n=> failure line of more than 100 octets", "tls"),
            ("S: HELLO\n=> greeting\nS: \\*3000000{x}\n=> failure line of more than 100 octets", "plaintext"),
        ])
    func endings(_ steps: String, _ channel: String) async throws {
        #expect(try await error(Traces.body(steps, channel: channel)) == nil)
    }

    @Test("plaintext behind the agreement to TLS is refused")
    func injection() async throws {
        let steps = "S: HELLO\n=> greeting\n> secure\nC: SECURE\nS: OK\nS: * x\n=> failure plaintext behind SECURE"
        #expect(try await error(Traces.body(steps, channel: "plaintext")) == nil)
    }

    @Test(
        "what an engine does wrong is told, with the line",
        arguments: [
            (
                echo, "writesLowerCase", 9,
                "the client sent something else at octet 0: expected \"ECHO a\\r\\n\", got \"echo a\\r\\n\""
            ),
            (echo, "writesTwice", 10, "out of turn before the server sends"),
            (echo, "repeatsEvents", 11, "an event says something else: expected \"echoed \"a\"\", got \"greeting\""),
            (echo, "failsOnGreeting", 7, "it failed: \"no greeting: HELLO\""),
            (secure, "ignoresSecure", 11, "TLS handshake"),
        ])
    func wrong(_ steps: String, _ fault: String, _ line: Int, _ message: String) async throws {
        let error = try await error(Traces.body(steps, channel: "plaintext", fault: fault), within: .seconds(2))
        #expect(error?.line == line, "\(error.map { "\($0)" } ?? "played")")
        #expect(error?.message.contains(message) == true, "\(error.map { "\($0)" } ?? "played")")
        #expect(error?.message.hasSuffix("(over a socket)") == true)
    }

    @Test(
        "what a fixture says wrong is told, with the line",
        arguments: [
            ("S: HELLO\n=> hello", 6, "an event says something else: expected \"hello\", got \"greeting\""),
            ("S: HELLO\n=> greeting\n> nonsense\n=> x", 7, "is no command"),
            ("S: HELLO\n=> greeting\n> echo \"\\n\"\n=> x", 7, "rejects the command"),
            ("S: HELLO\n=> greeting\n>! echo a\n=> rejected x", 7, "should reject it"),
            ("S: HELLO\n=> greeting\n>! echo \"\\n\"\n=> rejected x", 8, "a rejection says something else"),
            ("S: HELLO\n=> greeting\nS: OK\n=> failure x", 8, "a failure says something else"),
            ("S: HELLO\nS: * a\n=> greeting", nil, "an event came out of turn before the end of the fixture"),
            (
                "S: HELLO\n=> greeting\nS: * a\n=> failure x", 8,
                "a failure is missing: expected \"x\", got \"unasked \"a\"\""
            ),
        ] as [(String, Int?, String)])
    func wrongFixture(_ steps: String, _ line: Int?, _ message: String) async throws {
        let error = try await error(Traces.body(steps, channel: "plaintext"))
        #expect(error?.line == line, "\(error.map { "\($0)" } ?? "played")")
        #expect(error?.message.contains(message) == true, "\(error.map { "\($0)" } ?? "played")")
    }

    @Test("an event that never comes is waited for until the deadline")
    func missingEvent() async throws {
        let error = try await error(Traces.body(Self.echo, fault: "losesEvents"), within: .seconds(1))
        #expect(error?.line == 11, "\(error.map { "\($0)" } ?? "played")")
        #expect(
            error?.message.contains("an event is missing: expected \"echoed \"a\"\", got none; it failed: \"timedOut (")
                == true)
    }
}
