import Octets

/// The process's own group, made at first use; a failure to make it is not remembered.
final class SharedGroup: Sendable {
    private let group = Lock<EventLoopGroup?>(nil)

    func get() throws(TransportError) -> EventLoopGroup {
        try group.withLock { known throws(TransportError) in
            if let known { return known }
            let made = try EventLoopGroup()
            known = made
            return made
        }
    }
}
