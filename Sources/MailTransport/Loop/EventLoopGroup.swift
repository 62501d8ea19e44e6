import Glibc

/// Loops that share connections out among them.
public final class EventLoopGroup: Sendable {
    private let loops: [EventLoop]

    /// A group of `count` loops, each with a thread of its own.
    ///
    /// - Parameter count: at least 1; the number of processors by default.
    /// - Throws: `TransportError` where the kernel has no descriptor or thread for them.
    public init(count: Int = EventLoopGroup.processorCount) throws(TransportError) {
        var loops: [EventLoop] = []
        for _ in 0..<max(count, 1) { loops.append(try EventLoop()) }
        self.loops = loops
    }

    /// The group that is used where none is given: started at first use, one loop a processor, kept until the process ends.
    ///
    /// - Throws: `TransportError` where the kernel has no descriptor or thread for it; the next use tries again.
    public static func shared() throws(TransportError) -> EventLoopGroup {
        try sharedGroup.get()
    }

    /// The loop with the fewest connections.
    public var next: EventLoop {
        var best = loops[0]
        for loop in loops.dropFirst() where loop.connectionCount < best.connectionCount { best = loop }
        return best
    }

    /// The processors that this process may run on, at least 1.
    public static var processorCount: Int { max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1) }

    private static let sharedGroup = SharedGroup()
}
