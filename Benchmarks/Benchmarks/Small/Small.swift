import Benchmark
import CMeasuring
import MailTransport
import Octets

/// How often memory was asked for, by CMeasuring's count.
private let allocations = BenchmarkMetric.custom("allocations", polarity: .prefersSmaller, useScalingFactor: true)

/// Runs `body` as often as the benchmark wants, and counts its allocations.
@inline(__always)
private func counting(_ benchmark: Benchmark, _ body: () -> Void) {
    let before = allocation_count()
    for _ in benchmark.scaledIterations { body() }
    benchmark.measurement(allocations, Int(allocation_count() - before))
}

let benchmarks: @Sendable () -> Void = {
    count_allocations()
    let usual = Benchmark.Configuration(
        metrics: [.wallClock, .throughput, allocations], warmupIterations: 10, scalingFactor: .kilo,
        maxDuration: .seconds(1), maxIterations: 1000,
        // Times differ from machine to machine; how often memory is asked for does not.
        thresholds: [allocations: .init(absolute: [.p90: 0])])

    var rare = usual
    rare.scalingFactor = .one

    Benchmark("LineFramer: a line of 60 octets", configuration: usual) { benchmark in
        let line = [UInt8](repeating: 109, count: 58) + [13, 10]
        var framer = LineFramer(limit: 1024)
        counting(benchmark) { blackHole(try? framer.next(in: line.span)) }
    }

    Benchmark("LineFramer: a line that comes octet by octet", configuration: usual) { benchmark in
        let line = [UInt8](repeating: 109, count: 58) + [13, 10]
        counting(benchmark) {
            var framer = LineFramer(limit: 1024)
            for count in 1...line.count { blackHole(try? framer.next(in: line.span.extracting(0..<count))) }
        }
    }

    Benchmark("ReceiveBuffer: 4 KiB in and out", configuration: usual) { benchmark in
        let piece = [UInt8](repeating: 109, count: 4096)
        var buffer = ReceiveBuffer()
        counting(benchmark) {
            buffer.append(piece.span)
            buffer.consume(piece.count)
        }
    }

    Benchmark("Base64: 57 octets there and back", configuration: usual) { benchmark in
        let octets = [UInt8](0..<57)
        counting(benchmark) { blackHole(Base64.decode(Base64.encode(octets.span).span)) }
    }

    Benchmark("EventLoop: a timer set and cancelled", configuration: usual) { benchmark in
        let loop = try EventLoop()
        counting(benchmark) { loop.schedule(after: .seconds(60)) {}.cancel() }
        await loop.stop()
    }

    Benchmark("EventLoop: a thousand timers set and cancelled", configuration: rare) {
        benchmark in
        let loop = try EventLoop()
        counting(benchmark) {
            let timers = (1...1000).map { loop.schedule(after: .milliseconds(60_000 + $0 * 7919 % 1000)) {} }
            for timer in timers { timer.cancel() }
        }
        await loop.stop()
    }

    Benchmark("EventLoop: a call of an actor that lives there", configuration: usual) { benchmark in
        let loop = try EventLoop()
        let resident = Resident(on: loop)
        let before = allocation_count()
        for _ in benchmark.scaledIterations { await resident.call() }
        benchmark.measurement(allocations, Int(allocation_count() - before))
        await loop.stop()
    }
}

/// An actor whose executor is a loop.
private actor Resident {
    private let loop: EventLoop
    private var calls = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // Holds: the actor keeps its loop alive.
        unsafe loop.asUnownedSerialExecutor()
    }

    init(on loop: EventLoop) {
        self.loop = loop
    }

    func call() {
        calls += 1
    }
}
