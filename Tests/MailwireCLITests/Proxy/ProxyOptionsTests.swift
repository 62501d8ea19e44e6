import ArgumentParser
import MailTestKit
import Testing

@testable import MailwireCLI

@Suite struct ProxyOptionsTests {
    private func command(_ arguments: String...) throws -> ProxyCommand {
        try ProxyCommand.parse(["--to", "localhost:143"] + arguments)
    }

    /// The words with which arguments are refused.
    private func refusal(_ arguments: [String]) -> String {
        do {
            _ = try ProxyCommand.parse(arguments)
            return "accepted"
        } catch {
            return ProxyCommand.message(for: error)
        }
    }

    @Test func withoutFaultsNothingHappens() throws {
        let command = try command()
        #expect(command.faults.faults == Faults())
        #expect(command.listen == 0)
        #expect(command.exposeOn == nil)
        #expect(command.connections == nil)
        #expect(command.to == .host("localhost", port: 143))
        guard case .blind = try command.tls.make() else {
            Issue.record("TLS is looked into")
            return
        }
    }

    @Test func faultsGoWhereTheyAreAskedFor() throws {
        let options = ["--delay", "50ms", "--rate", "10k", "--split", "1", "--cut-after", "1000"]
        let direction = Faults.Direction(
            delay: .milliseconds(50), rate: .octets(10_000), split: 1, cut: .init(after: 1_000, .reset))
        func faults(_ more: String...) throws -> Faults {
            try ProxyCommand.parse(["--to", "a:1"] + options + more).faults.faults
        }
        #expect(try faults() == .bothWays(direction))
        #expect(try faults("--direction", "both") == .bothWays(direction))
        #expect(try faults("--direction", "to-client") == Faults(toClient: direction))
        #expect(try faults("--direction", "to-server") == Faults(toServer: direction))
        for ending in Faults.Ending.allCases {
            let cut = try faults("--ending", ending.rawValue, "--direction", "to-server").toServer.cut
            #expect(cut == .init(after: 1_000, ending))
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("1000", 1_000), ("10k", 10_000), ("64Ki", 65_536), ("5M", 5_000_000), ("1Mi", 1_048_576),
            ("2G", 2_000_000_000), ("1Gi", 1_073_741_824),
        ])
    func sizes(_ text: String, _ octets: Int) throws {
        #expect(try ProxyQuantity.octets(text) == octets)
    }

    @Test(arguments: [
        "", "k", "-1", "+1", "1.5k", "1 k", "1K", "1kb", "0x10", "9223372036854775808", "9223372036854775807k", "٣",
    ])
    func wrongSizes(_ text: String) {
        #expect(throws: ValidationError.self) { try ProxyQuantity.octets(text) }
    }

    @Test(
        arguments: [
            ("0s", Duration.zero), ("50ms", .milliseconds(50)), ("7us", .microseconds(7)), ("2s", .seconds(2)),
            ("3m", .seconds(180)), ("24h", .seconds(86_400)),
        ])
    func durations(_ text: String, _ duration: Duration) throws {
        #expect(try ProxyQuantity.duration(text) == duration)
    }

    @Test(arguments: ["", "50", "ms", "-1s", "1.5s", "1 s", "1S", "25h", "9223372036854775807h", "1sec"])
    func wrongDurations(_ text: String) {
        #expect(throws: ValidationError.self) { try ProxyQuantity.duration(text) }
    }

    @Test func rates() throws {
        #expect(try ProxyQuantity.rate("10k") == .octets(10_000))
        #expect(try ProxyQuantity.rate("1/60s") == .octets(1, per: .seconds(60)))
        for wrong in ["0", "1/", "/1s", "1/0s", "1/60", "0/1s", "1/1s/1s"] {
            #expect(throws: ValidationError.self, "\(wrong)") { try ProxyQuantity.rate(wrong) }
        }
    }

    @Test func servers() throws {
        #expect(try ProxyTarget.parse("imap.example.org:143") == .host("imap.example.org", port: 143))
        #expect(try ProxyTarget.parse("[::1]:65535") == .host("::1", port: 65_535))
        #expect(try ProxyTarget.parse("unix:/run/lmtp") == .unixSocket("/run/lmtp"))
        for wrong in [
            "", "host", ":143", "host:", "host:0", "host:65536", "host:+1", "::1:143", "[]:1", "unix:", "h:1x",
        ] {
            #expect(throws: ValidationError.self, "\(wrong)") { try ProxyTarget.parse(wrong) }
        }
    }

    @Test(
        arguments: [
            (["--to", "a:1", "--delay", "50"], "a duration has a unit, such as 50ms or 50s"),
            (["--to", "a:1", "--rate", "10q"], "q is no unit of octets; there are k, Ki, M, Mi, G and Gi"),
            (["--to", "a"], "there is no port; write HOST:PORT"),
            (["--to", "a:1", "--split", "0"], "at least 1 octet"),
            (["--to", "a:1", "--ending", "reset"], "--ending says how --cut-after ends a connection; give both."),
            (["--to", "a:1", "--close-notify"], "--close-notify goes with --cut-after; give both."),
            (["--to", "a:1", "--connections", "0"], "--connections takes 1 or more."),
            (["--to", "a:1", "--key", "k"], "go with --tls terminate."),
            (["--to", "a:1", "--plaintext-server"], "go with --tls terminate."),
            (["--to", "a:1", "--tls", "terminate", "--key", "k"], "--tls terminate needs --certificate and --key"),
            (["--listen", "1143"], "Missing expected argument '--to <server>'"),
            (["--to", "a:1", "--direction", "up"], "'to-client', 'to-server' or 'both'"),
        ])
    func refuses(_ arguments: [String], _ words: String) {
        #expect(refusal(arguments).contains(words), "\(refusal(arguments))")
    }

    @Test func readsCertificates() throws {
        let authority = try TestCertificateAuthority()
        let leaf = try authority.issueCertificate()
        let (certificate, key) = (try TestFile(leaf.pem), try TestFile(leaf.privateKeyPEM))
        func tls(_ more: String...) throws -> FaultProxy.TLS {
            let files = ["--tls", "terminate", "--certificate", certificate.path, "--key", key.path]
            return try ProxyCommand.parse(["--to", "a:1"] + files + more).tls.make()
        }
        guard case .terminating(_, .tls(.systemRoots, nil)) = try tls(),
            case .terminating(_, .plaintext) = try tls("--plaintext-server"),
            case .terminating(_, .tls(.certificates(authority.pem), "mail")) = try tls(
                "--accept-certificate", authority.path, "--server-name", "mail")
        else {
            Issue.record("not what was asked for")
            return
        }
        #expect(throws: ValidationError.self) { try tls("--certificate", key.path) }
        #expect(throws: ValidationError.self) { try tls("--key", "/nowhere") }
        withExtendedLifetime((certificate, key)) {}
    }

    @Test func saysWhatHappens() throws {
        let started = ProxyReport.started(at: .host("::1", port: 1143), to: .host("mail", port: 143))
        #expect(started.text == "listening on [::1]:1143, forwarding to mail:143")
        let line = ProxyReport.line(.accepted(connection: 7))
        #expect(line.text == "7 connected")
        #expect(JSONValue.object(line.members).text == #"{"event":"connected","connection":7}"#)
        let stopped = ProxyReport.stopped(try FaultProxy.start(to: .port(1)).statistics)
        #expect(stopped.text == "stopped; 0 connections, 0 cut, 0 octets to clients, 0 to the server")
    }
}
