import Octets
import Testing

@Suite struct ReceiveBufferTests {
    private struct Refused: Error {}

    private static func refuse(_ room: UnsafeMutableRawBufferPointer) throws(Refused) -> Int { throw Refused() }

    @Test func `a new buffer is empty and owns no memory`() {
        let buffer = ReceiveBuffer()
        #expect(buffer.isEmpty)
        #expect(buffer.count == 0)
        #expect(buffer.capacity == 0)
        #expect(buffer.octets.count == 0)
    }

    @Test func `what was appended is read in order`() {
        var buffer = ReceiveBuffer()
        buffer.append([1, 2, 3].span)
        let none: [UInt8] = []
        buffer.append(none.span)
        buffer.append([4].span)
        #expect([UInt8](copying: buffer.octets) == [1, 2, 3, 4])
        #expect(buffer.take(2) == [1, 2])
        #expect(buffer.take(9) == [3, 4])
        #expect(buffer.take(1) == [])
    }

    @Test(arguments: [(Int.min, 3), (-1, 3), (0, 3), (1, 2), (3, 0), (4, 0), (Int.max, 0)])
    func `consuming and taking are held within the unread octets`(count: Int, left: Int) {
        var buffer = ReceiveBuffer()
        buffer.append([1, 2, 3].span)
        var other = buffer
        buffer.consume(count)
        #expect(buffer.count == left)
        #expect(other.take(count).count == 3 - left)
        #expect(other.count == left)
    }

    @Test(arguments: [(Int.min, 0), (-1, 0), (0, 0), (5, 5)])
    func `what a filler says it wrote is held within the room`(said: Int, kept: Int) {
        var buffer = ReceiveBuffer()
        let returned = unsafe buffer.fill(atLeast: 8) { room in
            #expect(room.count >= 8)
            return said
        }
        #expect(returned == kept)
        #expect(buffer.count == kept)
    }

    @Test func `a filler that claims more than its room gets what it had`() {
        var buffer = ReceiveBuffer()
        var given = 0
        let returned = unsafe buffer.fill(atLeast: 8) { room in
            given = room.count
            return .max
        }
        #expect(returned == given)
        #expect(buffer.count == given)
    }

    @Test func `a filler that throws adds nothing`() {
        var buffer = ReceiveBuffer()
        buffer.append([1].span)
        var isRefused = false
        do throws(Refused) {
            try unsafe buffer.fill(atLeast: 100, Self.refuse)
        } catch {
            isRefused = true
        }
        #expect(isRefused)
        #expect(buffer.take(9) == [1])
    }

    @Test func `copies do not see each other`() {
        var buffer = ReceiveBuffer()
        buffer.append([1, 2].span)
        var copy = buffer
        copy.append([3].span)
        buffer.append([4].span)
        #expect(copy.take(9) == [1, 2, 3])
        #expect(buffer.take(9) == [1, 2, 4])
    }

    @Test func `memory is given back when nothing is unread, and not before`() {
        var buffer = ReceiveBuffer()
        buffer.append([UInt8](repeating: 7, count: 1000).span)
        buffer.consume(999)
        buffer.releaseIfEmpty()
        #expect(buffer.capacity >= 1000)
        #expect(buffer.take(1) == [7])
        buffer.releaseIfEmpty()
        #expect(buffer.capacity == 0)
        buffer.append([8].span)
        #expect(buffer.take(1) == [8])
    }

    @Test func `dropping everything keeps the memory for what comes`() {
        var buffer = ReceiveBuffer()
        buffer.append([1, 2, 3].span)
        let capacity = buffer.capacity
        buffer.removeAll()
        #expect(buffer.isEmpty)
        #expect(buffer.capacity == capacity)
        buffer.append([4].span)
        #expect(buffer.take(1) == [4])
    }

    @Test func `room that was consumed is used again`() {
        var buffer = ReceiveBuffer()
        var next: UInt8 = 0
        var expected: UInt8 = 0
        for _ in 0..<10_000 {
            let octets = (0..<10).map { next &+ $0 }
            buffer.append(octets.span)
            next &+= 10
            #expect(buffer.take(10) == (0..<10).map { expected &+ $0 })
            expected &+= 10
            // A few octets always stay, so that the buffer never becomes empty by itself.
            if buffer.isEmpty {
                buffer.append([next].span)
                next &+= 1
            }
        }
        #expect(buffer.capacity < 200)
    }

    @Test func `growth copies each octet a few times at most`() {
        var buffer = ReceiveBuffer()
        var capacities = 0
        var last = 0
        for _ in 0..<(1 << 16) {
            buffer.append([1].span)
            if buffer.capacity != last {
                capacities += 1
                last = buffer.capacity
            }
        }
        #expect(buffer.count == 1 << 16)
        #expect(capacities <= 20)
        #expect(buffer.capacity <= 2 << 16)
    }

    /// Random operations, against an array that does the same the naive way.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `a buffer equals its naive model`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var buffer = ReceiveBuffer()
        var model: [UInt8] = []
        let largest = [1, 16, 300, 5000][Int(seed % 4)]
        for _ in 0..<400 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2:
                let octets = (0..<Int.random(in: 0...largest, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                buffer.append(octets.span)
                model += octets
            case 3:
                let octets = (0..<Int.random(in: 0...largest, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let minimum = octets.count + Int.random(in: 0...largest, using: &random)
                unsafe buffer.fill(atLeast: minimum) { room in
                    for (index, octet) in octets.enumerated() { unsafe room[index] = octet }
                    return octets.count
                }
                model += octets
            case 4, 5:
                let count = Int.random(in: -1...(largest + 1), using: &random)
                buffer.consume(count)
                model.removeFirst(min(max(count, 0), model.count))
            case 6:
                let count = Int.random(in: -1...(largest + 1), using: &random)
                let length = min(max(count, 0), model.count)
                #expect(buffer.take(count) == Array(model[..<length]))
                model.removeFirst(length)
            default:
                if Int.random(in: 0..<10, using: &random) == 0 {
                    buffer.removeAll()
                    model = []
                }
                buffer.releaseIfEmpty()
                if model.isEmpty { #expect(buffer.capacity == 0) }
            }
            #expect(buffer.count == model.count)
            #expect(buffer.isEmpty == model.isEmpty)
            #expect(buffer.capacity >= buffer.count)
            #expect([UInt8](copying: buffer.octets) == model)
        }
    }

    @Test(arguments: [0, 1, 3, 4, 5]) func `memory is given away with what little is unread kept`(limit: Int) {
        var buffer = ReceiveBuffer()
        buffer.append(Array(0..<100).span)
        buffer.consume(96)
        let given = buffer.surrender(keeping: limit)
        #expect((given != nil) == (limit >= 4))
        #expect([UInt8](copying: buffer.octets) == [96, 97, 98, 99])
        if given != nil { #expect(buffer.capacity == 4) }
        buffer.append([100].span)
        #expect(buffer.take(9) == [96, 97, 98, 99, 100])
    }

    @Test func `memory is taken over with the unread octets moved there`() {
        var buffer = ReceiveBuffer()
        buffer.adopt([UInt8](repeating: 7, count: 64))
        #expect(buffer.isEmpty)
        #expect(buffer.capacity == 64)
        buffer.append([1, 2, 3].span)
        #expect(buffer.capacity == 64)
        buffer.consume(1)
        buffer.adopt([UInt8](repeating: 7, count: 64))
        #expect([UInt8](copying: buffer.octets) == [2, 3])
        buffer.adopt([UInt8](repeating: 7, count: 128))
        #expect(buffer.capacity == 128)
        #expect(buffer.take(9) == [2, 3])
    }
}
