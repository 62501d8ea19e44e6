import CMeasuring
import Glibc
import MailTransport

/// The same work as the C programs', done by MailTransport.
///
///     transport roundtrip|receive|send|connect|idle|fairness PORT COUNT [--tls ROOTS.pem] [--from loop|task]
///         [--take span|array] [--flood PORT]
///
/// Prints lines of `name=value`, times in nanoseconds.
@main
enum Main {
    static func main() async {
        settle_on_processor()
        raise_descriptor_limit()
        do {
            let wishes = try Wishes(CommandLine.arguments)
            switch wishes.mode {
            case "roundtrip": try await roundTrips(wishes)
            case "receive": try await receiveAll(wishes)
            case "send": try await sendAll(wishes)
            case "connect": try await connectOften(wishes)
            case "idle": try await holdIdle(wishes)
            case "fairness": try await shareLoop(wishes)
            default: throw Wishes.Unknown(word: wishes.mode)
            }
        } catch {
            print("transport: \(error)")
            exit(1)
        }
        // What was printed goes to a pipe.
        fflush(nil)
        exit(0)
    }
}
