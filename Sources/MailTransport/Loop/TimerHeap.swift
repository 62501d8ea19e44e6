/// The timers of a loop: a binary heap by deadline, with cancelled entries left in place until they are met or too many.
struct TimerHeap {
    typealias Work = @Sendable () -> Void

    private struct Entry {
        let deadline: MonotonicTime
        let id: UInt64
    }

    private var heap: [Entry] = []
    private var work: [UInt64: Work] = [:]
    private var lastID: UInt64 = 0

    /// How many entries the heap has, cancelled ones included.
    var entryCount: Int { heap.count }

    /// How many timers are armed.
    var count: Int { work.count }

    /// The earliest deadline.
    var next: MonotonicTime? {
        mutating get {
            dropCancelled()
            return heap.first?.deadline
        }
    }

    mutating func add(_ deadline: MonotonicTime, _ action: @escaping Work) -> UInt64 {
        lastID &+= 1
        work[lastID] = action
        heap.append(Entry(deadline: deadline, id: lastID))
        siftUp(heap.count - 1)
        return lastID
    }

    mutating func cancel(_ id: UInt64) {
        guard work.removeValue(forKey: id) != nil else { return }
        // Deadlines of minutes that are cancelled after milliseconds would pile up.
        if heap.count > 64, heap.count > work.count * 2 { rebuild() }
    }

    /// Takes out the earliest that is due at `now`; nil where none is.
    ///
    /// One at a time, so that an action can still cancel another that is due as well.
    mutating func takeDue(_ now: MonotonicTime) -> Work? {
        while let first = heap.first, first.deadline <= now {
            removeFirst()
            if let action = work.removeValue(forKey: first.id) { return action }
        }
        return nil
    }

    private mutating func dropCancelled() {
        while let first = heap.first, work[first.id] == nil { removeFirst() }
    }

    private mutating func rebuild() {
        heap.removeAll { work[$0.id] == nil }
        var index = heap.count / 2
        while index > 0 {
            index -= 1
            siftDown(index)
        }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var earliest = parent
            for child in [parent * 2 + 1, parent * 2 + 2] where child < heap.count {
                if heap[child].deadline < heap[earliest].deadline { earliest = child }
            }
            guard earliest != parent else { return }
            heap.swapAt(parent, earliest)
            parent = earliest
        }
    }
}
