import Glibc
import MailTestKit
import Octets
import Synchronization
import Testing

@testable import MailTransport

/// SIGPIPE ends a process that does nothing about it, so each of these runs in a process of its own.
@Suite(.timeLimit(.minutes(2))) struct BrokenPipeTests {
    @Test func `a write behind a reset does not end the process`() async {
        await #expect(processExitsWith: .success) {
            try await BrokenPipe.expectUntouchedSignals {
                let peer = try LoopbackListener(connections: 2) { peer in
                    write("hello\r\n", to: peer)
                    readUntil("never", from: peer)
                }
                try await BrokenPipe.writeBehindTheEnd(to: .plaintext("127.0.0.1", port: peer.port), peer.port)
            }
        }
    }

    @Test func `nor does one through TLS, nor TLS's own goodbye`() async {
        await #expect(processExitsWith: .success) {
            try await BrokenPipe.expectUntouchedSignals {
                let authority = try TestCertificateAuthority()
                let server = try ScriptedServer.start(
                    tls: authority.issue(),
                    scripts: [[.send("hello\r\n"), .ignoreRest], [.send("hello\r\n"), .ignoreRest]])
                var configuration = TransportConfiguration()
                configuration.tls.roots = .file(authority.path)
                let endpoint = Endpoint.tls("127.0.0.1", port: server.port)
                try await BrokenPipe.writeBehindTheEnd(to: endpoint, server.port, configuration)
            }
        }
    }

    @Test func `a host's own handler stays, and is not called`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE) { _ in _exit(99) }
            let before = BrokenPipe.handler
            let authority = try TestCertificateAuthority()
            let server = try ScriptedServer.start(
                tls: authority.issue(),
                scripts: [[.send("hello\r\n"), .ignoreRest], [.send("hello\r\n"), .ignoreRest]])
            var configuration = TransportConfiguration()
            configuration.tls.roots = .file(authority.path)
            let endpoint = Endpoint.tls("127.0.0.1", port: server.port)
            try await BrokenPipe.writeBehindTheEnd(to: endpoint, server.port, configuration)
            #expect(BrokenPipe.handler == before)
        }
    }
}

/// What the tests above do in their processes.
enum BrokenPipe {
    /// Connects, breaks the way to the server, and writes until that is noticed; then closes, which TLS wants to tell the server.
    static func writeBehindTheEnd(
        to endpoint: Endpoint, _ port: UInt16, _ configuration: TransportConfiguration = TransportConfiguration()
    ) async throws {
        try await Connection.withConnection(to: endpoint, configuration: configuration) { connection in
            _ = try await connection.receiveLine()
            #expect(ClientSocket.breakWriting(to: port))
        }
        try await Connection.withConnection(to: endpoint, configuration: configuration) { connection in
            _ = try await connection.receiveLine()
            #expect(ClientSocket.breakWriting(to: port))
            do {
                while true { try await connection.send([UInt8](repeating: 0x61, count: 1024)) }
            } catch let error as TransportError {
                // The server's last word may be an alert: that the stream was cut off.
                let kinds: [TransportError.Kind] = [.connectionReset, .closed, .truncated, .tlsFailed]
                #expect(kinds.contains(error.kind), "\(error)")
            }
        }
    }

    /// Runs `body` with SIGPIPE left to its default, and holds that and the masks of threads against what they were.
    static func expectUntouchedSignals(_ body: () async throws -> Void) async throws {
        signal(SIGPIPE, SIG_DFL)
        let stands = Witness()
        try Thread.start("witness") {
            stands.isSet.store(true, ordering: .releasing)
            while true { pause() }
        }
        // A thread has the mask it stays with once it runs.
        while !stands.isSet.load(ordering: .acquiring) || watched(masks()).isEmpty { usleep(1000) }
        let before = watched(masks())
        try await body()
        #expect(handler == 0)
        let after = masks()
        #expect(watched(after) == before)
        // The loops' own threads mask it: that is what kept this process alive.
        let loops = after.filter { name(of: $0.key) == "mailwire-loop" }
        #expect(!loops.isEmpty && loops.allSatisfy { $0.value & 1 << UInt64(SIGPIPE - 1) != 0 })
    }

    /// A thread of the host's own. The first one and those of Swift's executor get masks from that.
    private static func watched(_ masks: [Int: UInt64]) -> [Int: UInt64] {
        masks.filter { name(of: $0.key) == "witness" }
    }

    private final class Witness: Sendable {
        let isSet = Atomic(false)
    }

    /// SIGPIPE's handler, 0 for the default.
    static var handler: UInt {
        var action = sigaction()
        // Holds: the structure is a local that outlives the call.
        guard unsafe sigaction(SIGPIPE, nil, &action) == 0 else { return .max }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
    }

    /// The signals that each thread blocks.
    private static func masks() -> [Int: UInt64] {
        var found: [Int: UInt64] = [:]
        for thread in threads() {
            let status = text(of: "/proc/self/task/\(thread)/status")
            guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigBlk:") }) else { continue }
            found[thread] = UInt64(line.dropFirst(7).drop { $0 == "\t" }, radix: 16)
        }
        return found
    }

    private static func name(of thread: Int) -> Substring? {
        text(of: "/proc/self/task/\(thread)/comm").split(separator: "\n").first
    }

    private static func threads() -> [Int] {
        // Holds: the stream is used here alone and closed once; an entry is read before the next one takes its place.
        guard let folder = unsafe opendir("/proc/self/task") else { return [] }
        defer { unsafe closedir(folder) }
        var found: [Int] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int(name) { found.append(number) }
        }
        return found
    }

    private static func text(of path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var room = [UInt8](repeating: 0, count: 8192)
        // Holds: the room is as long as is said.
        let count = unsafe read(descriptor, &room, room.count)
        return String(decoding: room.prefix(max(count, 0)), as: UTF8.self)
    }
}
