import Testing

@testable import MailTransport

/// RFC 8305 §4 and §6: the order in which addresses are tried.
@Suite struct AttemptQueueTests {
    private func found(_ addresses: [String], usable: Bool = true) throws -> ResolvedAddresses {
        ResolvedAddresses(try addresses.map { try #require(IPAddress($0)) }, .standard) { usable ? $0 : nil }
    }

    private func order(_ queue: inout AttemptQueue, _ limit: Int = .max) -> [String] {
        var order: [String] = []
        while order.count < limit, let address = queue.next() { order.append(address.host) }
        return order
    }

    private let six = ["2001:db8::1", "2001:db8::2", "2001:db8::3"]
    private let four = ["192.0.2.1", "192.0.2.2"]

    private func queue(_ change: (inout HappyEyeballs) -> Void = { _ in }) -> AttemptQueue {
        var settings = HappyEyeballs()
        change(&settings)
        return AttemptQueue(settings)
    }

    @Test func `families alternate, beginning with the one that the policy prefers`() throws {
        var queue = queue()
        queue.add(try found(four), of: .ipv4, port: 1)
        queue.add(try found(six), of: .ipv6, port: 1)
        #expect(order(&queue) == ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"])
        #expect(queue.isEmpty)
    }

    @Test func `a family that leads nowhere goes behind`() throws {
        var queue = queue()
        queue.add(try found(four), of: .ipv4, port: 1)
        queue.add(try found(six, usable: false), of: .ipv6, port: 1)
        #expect(order(&queue) == ["192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2", "2001:db8::3"])
    }

    @Test func `a preference counts more than the policy`() throws {
        var queue = queue { $0.firstFamily = .family(.ipv4) }
        queue.add(try found(four), of: .ipv4, port: 1)
        queue.add(try found(six), of: .ipv6, port: 1)
        #expect(order(&queue).first == "192.0.2.1")
    }

    @Test func `as many of the first family go first as are wanted`() throws {
        var queue = queue { $0.firstFamilyCount = 2 }
        queue.add(try found(four), of: .ipv4, port: 1)
        queue.add(try found(six), of: .ipv6, port: 1)
        #expect(order(&queue) == ["2001:db8::1", "2001:db8::2", "192.0.2.1", "2001:db8::3", "192.0.2.2"])
    }

    @Test func `what arrives late is sorted into what was not tried`() throws {
        var queue = queue()
        queue.add(try found(["192.0.2.1", "192.0.2.2", "192.0.2.3"]), of: .ipv4, port: 1)
        #expect(order(&queue, 1) == ["192.0.2.1"])
        queue.add(try found(six), of: .ipv6, port: 1)
        #expect(order(&queue) == ["2001:db8::1", "192.0.2.2", "2001:db8::2", "192.0.2.3", "2001:db8::3"])
    }

    @Test(arguments: [1, 63, 64]) func `no more are tried than are wanted`(count: Int) throws {
        var queue = queue { $0.maximumAttempts = count }
        queue.add(try found((0..<1000).map { "10.0.\($0 / 250).\($0 % 250)" }), of: .ipv4, port: 1)
        #expect(order(&queue).count == count)
        #expect(queue.isEmpty)
    }

    @Test func `an address that is put back is tried again, and counts once`() throws {
        var queue = queue { $0.maximumAttempts = 1 }
        queue.add(try found(four), of: .ipv4, port: 1)
        let taken = queue.next()
        let first = try #require(taken)
        queue.putBack(first)
        #expect(queue.next() == first)
        #expect(queue.next() == nil)
    }

    @Test func `the delay between attempts stays within bounds`() {
        var settings = HappyEyeballs()
        #expect(settings.heldAttemptDelay == .milliseconds(250))
        settings.attemptDelay = .zero
        #expect(settings.heldAttemptDelay == .milliseconds(100))
        settings.attemptDelay = .seconds(60)
        #expect(settings.heldAttemptDelay == .seconds(2))
    }
}
