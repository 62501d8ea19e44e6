import Glibc
import MailTransport

/// Leaves the process by `exit` while sessions are under way on every loop.
struct ExitSubject {
    let ports: [(MailProtocol, Channel, UInt16)]
    let roots: String
    let message: SampleMessage
    let delay: Duration

    func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            for (mailProtocol, channel, port) in ports {
                tasks.addTask {
                    while true {
                        var transport = TransportConfiguration()
                        transport.tls.roots = .file(roots)
                        // Errors are not this subject's concern: the process is about to end.
                        try? await ClientSession(
                            mailProtocol: mailProtocol, endpoint: channel.endpoint(port: port), transport: transport,
                            message: message, limit: .seconds(30)
                        ).run()
                    }
                }
            }
            try? await Task.sleep(for: delay)
            exit(0)
        }
    }
}
