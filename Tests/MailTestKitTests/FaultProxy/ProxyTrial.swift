import Glibc

@testable import MailTestKit

/// A client and a server with a proxy between them.
struct ProxyTrial {
    let listener: RawListener
    let proxy: FaultProxy
    let client: RawPeer
    let server: RawPeer

    init(_ faults: Faults = Faults()) throws {
        listener = try RawListener()
        proxy = try FaultProxy.start(to: .port(listener.port), faults: faults)
        client = try RawPeer(port: proxy.port)
        server = try listener.accept()
    }

    /// The side that octets on `way` come from.
    func source(_ way: Faults.Way) -> RawPeer { way == .toClient ? server : client }

    /// The side that octets on `way` go to.
    func sink(_ way: Faults.Way) -> RawPeer { way == .toClient ? client : server }

    /// Octets that differ from their neighbours, and from those a power of two further on.
    static func octets(_ count: Int) -> [UInt8] {
        let period: [UInt8] = (0..<251).map { UInt8($0) }
        var octets: [UInt8] = []
        octets.reserveCapacity(count + period.count)
        while octets.count < count { octets += period }
        return Array(octets.prefix(count))
    }

    /// Runs what blocks on a thread of its own.
    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            if !ServerThread.start({ continuation.resume(returning: body()) }) {
                continuation.resume(returning: body())
            }
        }
    }
}

extension Faults {
    init(_ way: Way, _ direction: Direction) {
        self = way == .toClient ? Faults(toClient: direction) : Faults(toServer: direction)
    }
}

extension Faults.Way {
    var other: Faults.Way { self == .toClient ? .toServer : .toClient }
}
