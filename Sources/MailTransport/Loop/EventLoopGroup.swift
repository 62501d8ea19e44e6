import Glibc
import Synchronization

/// Loops that share connections out among them.
public final class EventLoopGroup: Sendable {
    private let loops: [EventLoop]
    private let placed = Atomic<Int>(0)

    /// A group of `count` loops, each with a thread of its own.
    ///
    /// - Parameters:
    ///   - count: at least 1; the number of processors by default.
    ///   - awakeLimit: how long each may wait awake for the next event, as `EventLoop.init(awakeLimit:)` says.
    /// - Throws: `TransportError` where the kernel has no descriptor or thread for them.
    public init(
        count: Int = EventLoopGroup.processorCount, awakeLimit: Duration = EventLoop.defaultAwakeLimit
    ) throws(TransportError) {
        var loops: [EventLoop] = []
        do throws(TransportError) {
            for _ in 0..<max(count, 1) { loops.append(try EventLoop(awakeLimit: awakeLimit)) }
        } catch {
            for loop in loops { loop.beginToStop() }
            throw error
        }
        self.loops = loops
    }

    /// The group that is used where none is given: started at first use, one loop a processor, kept until the process ends.
    ///
    /// - Throws: `TransportError` where the kernel has no descriptor or thread for it; the next use tries again.
    public static func shared() throws(TransportError) -> EventLoopGroup {
        try sharedGroup.get()
    }

    /// The loop with the fewest connections, those that are being made included; in turn, where several have as few.
    public var next: EventLoop {
        let start = placed.wrappingAdd(1, ordering: .relaxed).oldValue
        var best = loops[Int(UInt(bitPattern: start) % UInt(loops.count))]
        for offset in 1..<max(loops.count, 1) {
            let other = loops[Int((UInt(bitPattern: start) &+ UInt(offset)) % UInt(loops.count))]
            if other.connectionCount < best.connectionCount { best = other }
        }
        return best
    }

    /// Stops every loop, as `EventLoop.stop()` says.
    public func stop() async {
        await withTaskGroup(of: Void.self) { tasks in
            for loop in loops { tasks.addTask { await loop.stop() } }
        }
    }

    /// Whether the loops were told to stop.
    var isStopping: Bool { loops.contains { $0.isStopping } }

    /// The processors that this process may run on, at least 1.
    public static var processorCount: Int { max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1) }

    private static let sharedGroup = SharedGroup()
}
