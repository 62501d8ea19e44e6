internal import Glibc
public import MailTransport
internal import Octets

/// A DNS server on 127.0.0.1, over UDP and TCP at one port, that answers by a list.
///
/// It lives until its last owner lets go of it.
public final class ScriptedNameServer: Sendable {
    /// A question that was asked.
    public struct Question: Sendable, Hashable {
        /// The name, in lower case.
        public let name: String
        /// The type: 1 for A, 28 for AAAA, 33 for SRV, 15 for MX.
        public let type: UInt16
        /// Whether it came over TCP.
        public let isOverTCP: Bool

        /// A question of these values.
        public init(name: String, type: UInt16, isOverTCP: Bool = false) {
            self.name = name
            self.type = type
            self.isOverTCP = isOverTCP
        }
    }

    private struct Key: Hashable {
        let name: String
        let type: UInt16
    }

    private struct State {
        var zone: [Key: ZoneAnswer] = [:]
        var turns: [Key: Int] = [:]
        var questions: [Question] = []
    }

    /// The port.
    public let port: UInt16
    private let stream: ListeningSocket
    private let datagrams: Int32
    private let stop = Deadline.Stop()
    private let state = Lock(State())

    /// Begins to answer. What is not in the list does not exist.
    public init(_ zone: [(name: String, type: UInt16, answer: ZoneAnswer)]) throws(ScriptFailure) {
        var found: (ListeningSocket, Int32)?
        for _ in 0..<50 {
            let stream = try ListeningSocket()
            // The same port must be free for datagrams.
            if let number = Self.datagramSocket(stream.port) {
                found = (stream, number)
                break
            }
        }
        guard let (stream, datagrams) = found else { throw ScriptFailure("no port for a name server") }
        self.stream = stream
        self.datagrams = datagrams
        port = stream.port
        state.withLock { state in
            for (name, type, answer) in zone { state.zone[Key(name: name.lowercased(), type: type)] = answer }
        }
        let stop = stop
        let serve = {
            @Sendable [weak self] (octets: [UInt8], overTCP: Bool, send: @escaping @Sendable ([UInt8]) -> Void) in
            self?.serve(octets, overTCP, send) ?? ()
        }
        let isRunning =
            ServerThread.start { Self.runDatagrams(datagrams, stop, serve) }
            && ServerThread.start { Self.runStreams(stream, stop, serve) }
        guard isRunning else { throw ScriptFailure("no thread for the name server") }
    }

    deinit {
        stop.set()
    }

    /// What was asked so far, in order.
    public var questions: [Question] { state.withLock { $0.questions } }

    /// The server as a client's configuration names it.
    public var nameServer: NameServer { NameServer("127.0.0.1", port: port) }

    /// A configuration of this server alone, which is asked once and has a second to answer.
    public var resolver: ResolverConfiguration {
        var resolver = ResolverConfiguration()
        resolver.nameServers = [nameServer]
        resolver.timeout = .seconds(1)
        resolver.attempts = 1
        return resolver
    }

    private func serve(_ octets: [UInt8], _ overTCP: Bool, _ send: @escaping @Sendable ([UInt8]) -> Void) {
        guard let query = try? DNSMessage(parsing: octets.span), let asked = query.questions.first else { return }
        let key = Key(name: "\(asked.name)".lowercased(), type: asked.kind.number)
        var (answer, turn) = state.withLock { state in
            state.questions.append(Question(name: key.name, type: key.type, isOverTCP: overTCP))
            let turn = state.turns[key, default: 0]
            state.turns[key] = turn + 1
            return (state.zone[key] ?? .responseCode(3), turn)
        }
        let question = asked.name.octets + ZoneRecord.octets(asked.kind.number) + ZoneRecord.octets(asked.recordClass)
        while true {
            switch answer {
            case .silence:
                return
            case .inTurn(let answers):
                answer = answers.isEmpty ? .silence : answers[min(turn, answers.count - 1)]
                turn = 0
            case .late(let time, let later):
                let stop = stop
                _ = ServerThread.start {
                    Deadline(in: time, stop).sleep()
                    if !stop.isSet, let octets = later.message(to: query, question: question, overTCP: overTCP) {
                        send(octets)
                    }
                }
                return
            default:
                if let octets = answer.message(to: query, question: question, overTCP: overTCP) { send(octets) }
                return
            }
        }
    }

    // MARK: On the server's threads

    private typealias Serve = @Sendable ([UInt8], Bool, @escaping @Sendable ([UInt8]) -> Void) -> Void

    private static func runDatagrams(_ number: Int32, _ stop: Deadline.Stop, _ serve: Serve) {
        var room = [UInt8](repeating: 0, count: 65_536)
        while !stop.isSet {
            guard Deadline(in: .seconds(1), stop).wait(for: number, POLLIN) else { continue }
            var sender = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            // Holds: room and address are locals, as long as is said.
            let count = unsafe withUnsafeMutablePointer(to: &sender) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe recvfrom(number, &room, room.count, Int32(MSG_DONTWAIT), pointer, &length)
                }
            }
            guard count > 0 else { continue }
            let address = sender
            serve(Array(room[..<count]), false) { octets in
                var address = address
                // Holds: octets and address are lent for the call.
                _ = unsafe withUnsafePointer(to: &address) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                        unsafe sendto(
                            number, octets, octets.count, 0, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
        }
        close(number)
    }

    private static func runStreams(_ stream: ListeningSocket, _ stop: Deadline.Stop, _ serve: @escaping Serve) {
        while !stop.isSet {
            guard let accepted = stream.accept(until: Deadline(in: .seconds(1), stop)) else { continue }
            let connection = Connection(accepted)
            _ = ServerThread.start {
                var received = ReceiveBuffer()
                // Each message stands behind its length (RFC 1035 §4.2.2).
                while !stop.isSet, let octets = connection.read(until: Deadline(in: .seconds(60), stop)) {
                    received.append(octets.span)
                    while received.count >= 2 {
                        let length = Int(received.octets[0]) << 8 | Int(received.octets[1])
                        guard received.count >= 2 + length else { break }
                        received.consume(2)
                        serve(received.take(length), true) { connection.write($0) }
                    }
                }
            }
        }
    }

    /// A client over TCP, closed with its last owner: an answer may be late.
    private final class Connection: Sendable {
        private let number: Int32

        init(_ number: Int32) {
            self.number = number
        }

        deinit {
            close(number)
        }

        func read(until deadline: Deadline) -> [UInt8]? {
            guard deadline.wait(for: number, POLLIN) else { return nil }
            var room = [UInt8](repeating: 0, count: 4096)
            // Holds: the room is as long as is said.
            let count = unsafe recv(number, &room, room.count, 0)
            return count > 0 ? Array(room[..<count]) : nil
        }

        func write(_ message: [UInt8]) {
            var octets = ZoneRecord.octets(UInt16(truncatingIfNeeded: message.count)) + message
            while !octets.isEmpty {
                // Holds: the octets are lent for the call.
                let count = unsafe send(number, octets, octets.count, Int32(MSG_NOSIGNAL))
                guard count > 0 else {
                    guard errno == EAGAIN, Deadline(in: .seconds(30), Deadline.Stop()).wait(for: number, POLLOUT) else {
                        return
                    }
                    continue
                }
                octets.removeFirst(count)
            }
        }
    }

    private static func datagramSocket(_ port: UInt16) -> Int32? {
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // Holds: the address is a local that outlives the call, and as long as is told.
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(number, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(number)
            return nil
        }
        return number
    }
}
