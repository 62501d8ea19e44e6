/// The octets a connection has received and an engine has not yet consumed.
///
/// The transport writes into its spare room, the engine looks at the unread octets in place. Room that was consumed is
/// used again; an empty buffer can give its memory back, so that an idle connection owns none.
public struct ReceiveBuffer: Sendable {
    @usableFromInline var storage: [UInt8] = []
    @usableFromInline var start = 0
    @usableFromInline var end = 0

    /// An empty buffer that owns no memory.
    public init() {}

    /// The number of unread octets.
    @inlinable
    public var count: Int { end - start }

    /// Whether there is no unread octet.
    @inlinable
    public var isEmpty: Bool { start == end }

    /// How many octets the buffer has memory for.
    @inlinable
    public var capacity: Int { storage.count }

    /// The unread octets, oldest first.
    public var octets: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage.span.extracting(start..<end) }
    }

    /// Adds a copy of `octets` behind the unread ones.
    public mutating func append(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        // Holds: `fill` gives at least `octets.count` bytes of room, and the two regions are distinct.
        unsafe fill(atLeast: octets.count) { room in
            unsafe octets.withUnsafeBytes { source in unsafe room.copyMemory(from: source) }
            return octets.count
        }
    }

    /// Lets `body` write behind the unread octets.
    ///
    /// - Parameters:
    ///   - minimum: the least number of octets of room `body` is given; it may be given more.
    ///   - body: writes from the start of the room and returns how many octets it wrote.
    /// - Returns: what `body` returned, held within 0 and the size of the room.
    @discardableResult @inlinable
    public mutating func fill<Failure: Error>(
        atLeast minimum: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        reserve(minimum)
        var outcome: Result<Int, Failure> = .success(0)
        let room = end..<storage.count
        // Holds: the room lies inside the storage and does not leave the closure.
        unsafe storage.withUnsafeMutableBytes { bytes in
            do throws(Failure) {
                outcome = .success(unsafe try body(UnsafeMutableRawBufferPointer(rebasing: bytes[room])))
            } catch {
                outcome = .failure(error)
            }
        }
        let written = min(max(try outcome.get(), 0), room.count)
        end += written
        return written
    }

    /// Marks the oldest `count` unread octets as read; held within 0 and the number of unread octets.
    public mutating func consume(_ count: Int) {
        start += min(max(count, 0), self.count)
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Takes the oldest `count` unread octets out as a copy; held within 0 and the number of unread octets.
    public mutating func take(_ count: Int) -> [UInt8] {
        let length = min(max(count, 0), self.count)
        let taken = [UInt8](copying: octets.extracting(0..<length))
        consume(length)
        return taken
    }

    /// Drops every unread octet.
    public mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Gives the memory back if there is no unread octet.
    public mutating func releaseIfEmpty() {
        if isEmpty, !storage.isEmpty { storage = [] }
    }

    /// Takes over `memory` to read into; the unread octets move there. Nothing happens where it is no larger than what there is.
    package mutating func adopt(_ memory: consuming [UInt8]) {
        guard memory.count > storage.count else { return }
        let kept = count
        if kept > 0 {
            let unread = start..<end
            // Holds: what is moved fits, and the two arrays are distinct.
            unsafe memory.withUnsafeMutableBytes { room in
                unsafe storage.withUnsafeBytes { bytes in
                    unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[unread]))
                }
            }
        }
        storage = memory
        start = 0
        end = kept
    }

    /// Gives the memory away, for somebody else to read into.
    ///
    /// - Parameter limit: so many unread octets at most are moved to memory of just their size; with more, nothing is given.
    package mutating func surrender(keeping limit: Int) -> [UInt8]? {
        guard storage.count > limit, count <= limit else { return nil }
        let unread = [UInt8](copying: octets)
        var memory: [UInt8] = []
        swap(&memory, &storage)
        storage = unread
        start = 0
        end = unread.count
        return memory
    }

    @usableFromInline
    mutating func reserve(_ room: Int) {
        if storage.count - end >= room { return }
        let kept = count
        if start > 0, storage.count - kept >= room, start >= kept {
            // What was consumed makes enough room, and what is moved is less than what was consumed.
            let unread = start..<end
            // Holds: both ranges lie inside the storage; they do not overlap, since no more is moved than was consumed.
            unsafe storage.withUnsafeMutableBytes { bytes in
                let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[unread])
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<kept]).copyMemory(from: source)
            }
        } else {
            let wanted = max(kept + room, min(storage.count * 2, storage.count + 1 << 20))
            let unread = start..<end
            // Holds: what is filled is the unread octets and zeros, and the count is all of it.
            storage = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { grown, filled in
                unsafe storage.withUnsafeBytes { bytes in
                    let whole = UnsafeMutableRawBufferPointer(grown)
                    unsafe whole.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[unread]))
                }
                unsafe grown[kept..<wanted].update(repeating: 0)
                filled = wanted
            }
        }
        start = 0
        end = kept
    }
}
