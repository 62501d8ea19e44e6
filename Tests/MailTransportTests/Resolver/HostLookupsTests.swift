import Octets
import Testing

@testable import MailTransport

/// What hangs in the system's resolver, and whom it does not hold up.
@Suite(.timeLimit(.minutes(2))) struct HostLookupsTests {
    /// What was answered to one who asked.
    private final class Answer: Sendable {
        private let value = Lock<HostLookups.Answer?>(nil)
        var result: HostLookups.Answer? { value.withLock { $0 } }
        func give(_ answer: HostLookups.Answer) { value.withLock { $0 = answer } }
    }

    private let address: [IPAddress] = [IPAddress("127.0.0.1")].compactMap { $0 }

    /// Names that begin with `hang` hang until the gate opens; the others are at 127.0.0.1.
    private func lookups(
        _ gate: Gate, limit: Int, patience: Duration = .seconds(60)
    ) -> (HostLookups, searches: () -> [String]) {
        let searches = Log()
        let address = address
        let lookups = HostLookups(limit: limit, patience: patience) { question, _ in
            searches.add(question.name)
            if question.name.hasPrefix("hang") { gate.wait() }
            return .success(address)
        }
        return (lookups, { searches.all })
    }

    private func ask(_ lookups: HostLookups, _ name: String) -> (HostLookups.Ticket, Answer) {
        let answer = Answer()
        return (lookups.ask(name, .ipv4, ResolverConfiguration()) { answer.give($0) }, answer)
    }

    @Test func `names that resolve are not held up by fewer names than the limit that hang`() async throws {
        let gate = Gate()
        let (lookups, _) = lookups(gate, limit: 17)
        let hanging = (0..<16).map { ask(lookups, "hang\($0).example") }
        #expect(await eventually { gate.arrivals == 16 })
        let (_, answer) = ask(lookups, "good.example")
        #expect(await eventually { answer.result != nil })
        #expect(hanging.allSatisfy { $0.1.result == nil })
        gate.open()
        #expect(await eventually { hanging.allSatisfy { $0.1.result != nil } })
    }

    @Test func `where as many hang as may, the next one waits, and says so`() async throws {
        let gate = Gate()
        let (lookups, searches) = lookups(gate, limit: 2)
        _ = ask(lookups, "hang1.example")
        _ = ask(lookups, "hang2.example")
        #expect(await eventually { gate.arrivals == 2 })
        let (ticket, answer) = ask(lookups, "good.example")
        let progress = lookups.progress(of: ticket)
        #expect(progress.isQueued)
        #expect(progress.underWay == 2)
        #expect(answer.result == nil)
        gate.open()
        #expect(await eventually { answer.result != nil })
        #expect(searches().count == 3)
    }

    @Test func `a name is looked up once for all who ask at the same time`() async throws {
        let gate = Gate()
        let (lookups, searches) = lookups(gate, limit: 4)
        let all = (0..<100).map { _ in ask(lookups, "hang.example") }
        #expect(await eventually { gate.arrivals == 1 })
        gate.open()
        #expect(await eventually { all.allSatisfy { $0.1.result != nil } })
        #expect(searches() == ["hang.example"])
        // What is over is not remembered: the next one who asks gets what is true then.
        let (_, again) = ask(lookups, "hang.example")
        #expect(await eventually { again.result != nil })
        #expect(searches().count == 2)
    }

    @Test func `who takes his question back is not told, and what nobody wants any more is not looked up`() async throws
    {
        let gate = Gate()
        let (lookups, searches) = lookups(gate, limit: 1)
        let (begun, first) = ask(lookups, "hang1.example")
        #expect(await eventually { gate.arrivals == 1 })
        let (queued, second) = ask(lookups, "hang2.example")
        let (_, third) = ask(lookups, "good.example")
        lookups.forget(begun)
        lookups.forget(queued)
        gate.open()
        #expect(await eventually { third.result != nil })
        #expect(first.result == nil)
        #expect(second.result == nil)
        #expect(searches() == ["hang1.example", "good.example"])
    }

    @Test func `a lookup that takes too long is begun anew for newcomers, three times at most`() async throws {
        let gate = Gate()
        let (lookups, searches) = lookups(gate, limit: 8, patience: .zero)
        for count in 1...3 {
            _ = ask(lookups, "hang.example")
            #expect(await eventually { gate.arrivals == count })
        }
        let (_, last) = ask(lookups, "hang.example")
        #expect(searches().count == 3)
        gate.open()
        #expect(await eventually { last.result != nil })
        #expect(searches().count == 3)
    }

    @Test func `the system knows localhost, and keeps the families apart`() throws {
        let found = try HostLookup.addresses(of: "localhost", .ipv4, ResolverConfiguration()).get()
        #expect(found.map(\.description).contains("127.0.0.1"))
        #expect(found.allSatisfy { $0.family == .ipv4 })
        // Not every machine has it in both.
        switch HostLookup.addresses(of: "localhost", .ipv6, ResolverConfiguration()) {
        case .success(let found): #expect(!found.isEmpty && found.allSatisfy { $0.family == .ipv6 })
        case .failure(let error): #expect(error.kind == .hostNotFound)
        }
    }

    private final class Log: Sendable {
        private let names = Lock<[String]>([])
        var all: [String] { names.withLock { $0 } }
        func add(_ name: String) { names.withLock { $0.append(name) } }
    }
}
