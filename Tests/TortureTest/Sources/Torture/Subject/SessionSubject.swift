import CTorture
import Glibc
import IMAP4
import MailTransport
import POP3
import SMTP

/// The process that is tortured: one session, and a report of what came of it.
struct SessionSubject {
    let mailProtocol: MailProtocol
    let channel: Channel
    let port: UInt16
    let roots: String
    let message: SampleMessage
    /// The first allocation of OpenSSL's that fails, and how many do; nil for none.
    var failingAllocation: (first: Int, times: Int)?

    func run() async -> Report {
        var report = Report()
        if failingAllocation != nil, torture_count_allocations() == 0 { report["setup"] = "no allocator" }
        // What the runtime opens for its own threads is not this session's.
        await Task.yield()
        let before = Set(OpenDescriptors.list())
        if let (first, times) = failingAllocation { torture_fail_allocations(first, times) }
        do {
            let loops = try EventLoopGroup(count: 1)
            do {
                try await session(on: loops).run()
                report["outcome"] = "success"
            } catch {
                describe(error, in: &report)
            }
            await loops.stop()
        } catch {
            describe(error, in: &report)
        }
        report["leaked"] = leaks(before).joined(separator: " ")
        report["calls"] = "\(failingAllocation == nil ? torture_fault_calls() : torture_allocations())"
        report["hits"] = "\(failingAllocation == nil ? torture_fault_hits() : torture_failed_allocations())"
        // Holds: the shim's names are literals.
        if let name = unsafe torture_fault_name() { report["call"] = unsafe String(cString: name) }
        return report
    }

    private func session(on loops: EventLoopGroup) -> ClientSession {
        var transport = TransportConfiguration()
        transport.loops = loops
        transport.tls.roots = .file(roots)
        transport.connectTimeout = .seconds(30)
        transport.handshakeTimeout = .seconds(30)
        return ClientSession(
            mailProtocol: mailProtocol, endpoint: channel.endpoint(port: port), transport: transport, message: message,
            limit: .seconds(30))
    }

    private func describe(_ error: any Error, in report: inout Report) {
        let (kind, underlying): (String, (any Error)?) =
            switch error {
            case let error as SMTPError: (error.kind.description, error.underlying)
            case let error as POP3Error: (error.kind.description, error.underlying)
            case let error as IMAP4Error: (error.kind.description, error.underlying)
            case let error as TransportError: ("transport", error)
            default: ("", nil)
            }
        report["outcome"] = kind.isEmpty ? "untyped" : "error"
        report["kind"] = kind
        var cause = underlying
        if let deletions = cause as? POP3Error { cause = deletions.underlying }
        if let transport = cause as? TransportError {
            report["transport"] = transport.kind.description
            report["errno"] = transport.errorNumber.map { "\($0)" } ?? ""
        }
        report["text"] = "\(error)"
    }

    /// What is open that was not before; a thread that still resolves a name has a moment to end.
    private func leaks(_ before: Set<String>) -> [String] {
        var left: [String] = []
        for _ in 0..<100 {
            left = OpenDescriptors.list().filter { !before.contains($0) }
            if left.isEmpty { return [] }
            usleep(10_000)
        }
        return left
    }
}
