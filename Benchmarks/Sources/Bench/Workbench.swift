/// Starts programs, on the processors that they are to have, and has those that are compared take turns.
struct Workbench {
    /// Who is measured, and how it is called.
    struct Contestant {
        let name: String
        let program: String
        /// What stands before the comparison's arguments.
        var prefix: [String] = []
        var arguments: [String] = []
        /// Instead of the comparison's.
        var mode: String?

        static let mailwire = Contestant(name: "Mailwire", program: "transport")
        static let floor = Contestant(name: "C", program: "floor")
    }

    /// The work of one comparison.
    struct Work {
        let mode: String
        let count: Int
        let peer: [String]
        var isTLS = false
        /// The processors of the peer and of who is measured.
        var processors = (peer: 0, own: 1)
    }

    let programs: String
    let certificates: String
    let isQuick: Bool

    /// `full`, or less of it where time is short.
    func amount(_ full: Int, quick: Int) -> Int { isQuick ? quick : full }

    func start(_ program: String, _ arguments: [String], processor: Int, environment: [String] = []) throws -> Child {
        try Child(
            program.hasPrefix("/") ? program : "\(programs)/\(program)", arguments, processor: processor,
            environment: environment)
    }

    /// A peer and the port it listens on.
    func peer(_ arguments: [String], isTLS: Bool, processor: Int = 0) throws -> (child: Child, port: String) {
        let child = try start("peer", arguments + (isTLS ? ["--tls", certificates] : []), processor: processor)
        guard let line = child.line(), line.hasPrefix("port ") else {
            throw Child.Failed(description: "the peer does not listen")
        }
        return (child, String(line.dropFirst(5)))
    }

    /// The arguments of one who is measured.
    func arguments(_ mode: String, _ port: String, _ count: Int, isTLS: Bool, _ more: [String] = []) -> [String] {
        [mode, port, "\(count)"] + (isTLS ? ["--tls", "\(certificates)/roots.pem"] : []) + more
    }

    /// Runs all of them `runs` times, one after the other, and gives each one's fields.
    func takeTurns(_ contestants: [Contestant], _ work: Work, runs: Int) throws -> [[Fields]] {
        let (peer, port) = try peer(work.peer, isTLS: work.isTLS, processor: work.processors.peer)
        defer { peer.end() }
        var results = [[Fields]](repeating: [], count: contestants.count)
        for _ in 0..<runs {
            for (index, contestant) in contestants.enumerated() {
                let arguments = arguments(
                    contestant.mode ?? work.mode, port, work.count, isTLS: work.isTLS, contestant.arguments)
                let child = try start(
                    contestant.program, contestant.prefix + arguments, processor: work.processors.own)
                results[index].append(try child.fields())
            }
        }
        return results
    }
}
