import Logging
import Octets
import Testing

@testable import MailTransport

@Suite struct WireTraceTests {
    /// Keeps what is logged.
    private struct Recorder: LogHandler {
        final class Lines: Sendable {
            let all = Lock<[String]>([])
        }
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.all.withLock { $0.append("\(event.message)") }
        }
    }

    private func record(_ body: (inout WireTrace) -> Void) -> [String] {
        let lines = Recorder.Lines()
        var trace = WireTrace(logger: Logger(label: "wire") { _ in Recorder(lines: lines) }, label: "test")
        body(&trace)
        return lines.all.withLock { $0 }
    }

    @Test func `secrets that are sent show as redacted`() {
        let lines = record { trace in
            var octets = WireOctets("a1 LOGIN fred ")
            octets.appendSecret(Secret("Xq7-canary"))
            octets.appendCRLF()
            trace.sent(octets)
        }
        #expect(lines == ["C: a1 LOGIN fred <redacted>\\x0D\\x0A"])
    }

    @Test(arguments: [1, 2, 3, 7, 1000]) func `an echo of a secret is masked however it arrives`(size: Int) {
        let lines = record { trace in
            var octets = WireOctets()
            octets.appendSecret(contentsOf: Base64.encode(Array("\0fred\0Xq7-canary".utf8).span))
            trace.sent(octets)
            let echo = Array("-ERR no user fred with Xq7-canary or AGZyZWQAWHE3LWNhbmFyeQ==\r\n* next\r\n".utf8)
            for start in stride(from: 0, to: echo.count, by: size) {
                trace.received(Array(echo[start..<min(start + size, echo.count)]).span)
            }
        }
        #expect(lines.dropFirst() == ["S: -ERR no user fred with <redacted> or <redacted>", "S: * next"])
    }

    @Test func `a long line is cut and says how much is missing, and no secret hides at the cut`() {
        let secret = "Xq7-canary"
        let lines = record { trace in
            var octets = WireOctets()
            octets.appendSecret(Secret(secret))
            trace.sent(octets)
            let line = String(repeating: "a", count: 1020) + secret + String(repeating: "b", count: 5000) + "\r\n"
            trace.received(Array(line.utf8).span)
        }
        #expect(lines.count == 2)
        #expect(!lines[1].contains("Xq7"))
        #expect(lines[1].contains("octets more"))
    }

    @Test func `control characters of the server cannot reach a terminal`() {
        let lines = record { trace in trace.received(Array("* OK \u{1B}]0;owned\u{7}\n".utf8).span) }
        #expect(lines == ["S: * OK \\x1B]0;owned\\x07"])
    }

    @Test func `nothing is kept below trace level`() {
        let lines = Recorder.Lines()
        var logger = Logger(label: "wire") { _ in Recorder(lines: lines) }
        logger.logLevel = .debug
        var trace = WireTrace(logger: logger, label: "test")
        trace.received(Array("* OK\r\n".utf8).span)
        trace.sent(WireOctets("NOOP"))
        #expect(lines.all.withLock { $0.isEmpty })
    }
}
