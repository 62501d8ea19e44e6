import CMeasuring

/// The process as the operating system accounts for it, at one moment.
struct Figures {
    private let figures: process_figures
    private let allocations: Int64
    private let liveOctets: Int64
    private let liveBlocks: Int64

    static var now: Figures {
        var figures = process_figures()
        // Holds: the structure outlives the call, which fills it.
        unsafe process_figures_now(&figures)
        return Figures(
            figures: figures, allocations: allocation_count(), liveOctets: live_octets(), liveBlocks: live_blocks())
    }

    var resident: Int64 { figures.resident }
    var heap: Int64 { figures.heap }
    var processorTime: Int64 { figures.user_ns + figures.system_ns }

    /// What changed since `before`, as `name=value`.
    func since(_ before: Figures) -> String {
        """
        wall=\(figures.wall_ns - before.figures.wall_ns) user=\(figures.user_ns - before.figures.user_ns) \
        system=\(figures.system_ns - before.figures.system_ns) waits=\(figures.waits - before.figures.waits) \
        allocations=\(allocations - before.allocations)
        """
    }

    /// What is kept more than at `before`, as `name=value`.
    func kept(since before: Figures) -> String {
        """
        resident=\(figures.resident - before.figures.resident) heap=\(figures.heap - before.figures.heap) \
        octets=\(liveOctets - before.liveOctets) blocks=\(liveBlocks - before.liveBlocks) \
        descriptors=\(figures.descriptors - before.figures.descriptors)
        """
    }
}
