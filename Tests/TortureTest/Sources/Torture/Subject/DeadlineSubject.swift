import CTorture
import MailTransport
import POP3

/// Waits for an answer that never comes while the wall clock jumps, and reports how long that took.
struct DeadlineSubject {
    let port: UInt16
    let limit: Duration

    func run() async -> Report {
        var report = Report()
        var configuration = POP3Client.Configuration()
        configuration.timeouts.reply = limit
        configuration.transport.closeTimeout = .milliseconds(1)
        let wall = torture_wall_clock()
        let began = ContinuousClock.now
        do {
            // The server greets and is silent then, so that CAPA times out.
            try await POP3Client.withConnection(
                to: .plaintext("127.0.0.1", port: port), configuration: configuration
            ) { _ in }
            report["outcome"] = "success"
        } catch let error as POP3Error {
            report["outcome"] = "error"
            report["kind"] = (error.underlying as? TransportError)?.kind.description ?? error.kind.description
        } catch {
            report["outcome"] = "untyped"
        }
        report["milliseconds"] = "\(Int((ContinuousClock.now - began) / .milliseconds(1)))"
        report["jump"] = "\(torture_wall_clock() - wall)"
        return report
    }
}
