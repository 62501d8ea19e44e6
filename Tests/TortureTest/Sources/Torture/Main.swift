import CTorture
import Glibc

/// Sessions of the three clients under a kernel that fails, and the process that is tortured.
@main
enum Torture {
    static func main() async throws {
        torture_write_lines()
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "run":
            let options = words.dropFirst(2)
            let filter = options.first { !$0.hasPrefix("--") } ?? ""
            guard words.count > 1 else { usage() }
            let campaign = try Campaign(shim: words[1], isQuick: options.contains("--quick"), filter: filter)
            exit(await campaign.run() ? 0 : 1)
        case "session":
            guard let subject = session(words.dropFirst()) else { usage() }
            print(await subject.run().line)
        case "memory":
            guard words.count > 3, var subject = session(words.dropFirst(3)), let first = Int(words[1]),
                let times = Int(words[2])
            else { usage() }
            subject.failingAllocation = (first, times)
            print(await subject.run().line)
        case "deadline":
            guard words.count == 3, let port = UInt16(words[1]), let limit = Int(words[2]) else { usage() }
            print(await DeadlineSubject(port: port, limit: .milliseconds(limit)).run().line)
        case "exit":
            guard let subject = leaving(words.dropFirst()) else { usage() }
            await subject.run()
        default:
            usage()
        }
    }

    private static func session(_ words: ArraySlice<String>) -> SessionSubject? {
        let words = Array(words)
        guard words.count == 5, let mailProtocol = MailProtocol(rawValue: words[0]),
            let channel = Channel(rawValue: words[1]),
            let port = UInt16(words[2]), let lines = Int(words[4])
        else { return nil }
        return SessionSubject(
            mailProtocol: mailProtocol, channel: channel, port: port, roots: words[3],
            message: SampleMessage(lines: lines))
    }

    private static func leaving(_ words: ArraySlice<String>) -> ExitSubject? {
        let words = Array(words)
        guard words.count > 3, let delay = Int(words[0]), let lines = Int(words[2]) else { return nil }
        let ports = words.dropFirst(3).compactMap { UInt16($0) }
        let sessions = MailProtocol.allCases.flatMap { mailProtocol in Channel.allCases.map { (mailProtocol, $0) } }
        guard ports.count == sessions.count else { return nil }
        return ExitSubject(
            ports: zip(sessions, ports).map { ($0.0, $0.1, $1) }, roots: words[1], message: SampleMessage(lines: lines),
            delay: .milliseconds(delay))
    }

    private static func usage() -> Never {
        print("usage: Torture run SHIM [--quick] [FILTER]; see Scripts/torture")
        exit(2)
    }
}
