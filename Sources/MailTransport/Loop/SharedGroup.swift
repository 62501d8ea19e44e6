import Octets

/// The process's own group, made at first use; neither a failure to make it nor a group that was stopped is remembered.
final class SharedGroup: Sendable {
    private let group = Lock<EventLoopGroup?>(nil)

    func get() throws(TransportError) -> EventLoopGroup {
        try group.withLock { known throws(TransportError) in
            if let known, !known.isStopping { return known }
            let made = try EventLoopGroup()
            known = made
            return made
        }
    }
}
