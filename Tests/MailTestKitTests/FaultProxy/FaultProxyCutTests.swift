import MailTestKit
import Testing

extension FaultProxyTests {
    @Suite("cuts") struct Cuts {
        static let trials = Faults.Way.allCases.flatMap { way in [0, 1, 1_000, 200_000].map { (way, $0) } }

        /// Sends more than the cut lets through, and gives what came to the other side.
        private func cut(
            _ way: Faults.Way, after count: Int, _ ending: Faults.Ending
        ) throws -> (ProxyTrial, octets: [UInt8], ending: RawPeer.Ending) {
            let trial = try ProxyTrial(Faults(way, .cut(after: count, ending)))
            let source = trial.source(way)
            // As much as fits into the kernel's buffers, so that nobody waits.
            source.send(ProxyTrial.octets(count))
            source.send("beyond")
            if ending == .blackHole {
                let (octets, _) = trial.sink(way).read(count)
                trial.sink(way).setPatience(.milliseconds(50))
                return (trial, octets, trial.sink(way).read(1).ending)
            }
            let (octets, seen) = trial.sink(way).read()
            return (trial, octets, seen)
        }

        private func strike(
            _ trial: ProxyTrial, _ way: Faults.Way, _ ending: Faults.Ending, _ count: Int
        ) async {
            let strike = await trial.proxy.firstStrike()
            #expect(strike?.way == way)
            #expect(strike?.ending == ending)
            #expect(strike?.octets == count)
            #expect(strike?.connection == 1)
        }

        @Test("a reset behind exactly so many octets, for both sides", arguments: trials)
        func reset(_ way: Faults.Way, _ count: Int) async throws {
            let (trial, octets, ending) = try cut(way, after: count, .reset)
            #expect(octets == ProxyTrial.octets(count))
            #expect(ending == .reset)
            #expect(trial.source(way).read() == ([], .reset))
            await strike(trial, way, .reset, count)
            #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.struck(.reset)])
        }

        @Test("the end of the stream behind exactly so many octets, for both sides", arguments: trials)
        func close(_ way: Faults.Way, _ count: Int) async throws {
            let (trial, octets, ending) = try cut(way, after: count, .close)
            #expect(octets == ProxyTrial.octets(count))
            #expect(ending == .endOfStream)
            #expect(trial.source(way).read() == ([], .endOfStream))
            await strike(trial, way, .close, count)
            // What is still sent is taken, so that nothing resets what was not read yet.
            #expect(trial.sink(way).send("too late") == 8)
            trial.source(way).close()
            trial.sink(way).close()
            #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.struck(.close)])
        }

        @Test("a half-close ends one way, and leaves the other", arguments: trials)
        func halfClose(_ way: Faults.Way, _ count: Int) async throws {
            let (trial, octets, ending) = try cut(way, after: count, .halfClose)
            #expect(octets == ProxyTrial.octets(count))
            #expect(ending == .endOfStream)
            await strike(trial, way, .halfClose, count)
            trial.source(way).send("thrown away")
            trial.sink(way).send("still works")
            #expect(trial.source(way).text(11) == "still works")
            trial.sink(way).endWriting()
            #expect(trial.source(way).read() == ([], .endOfStream))
            trial.source(way).endWriting()
            let end = await trial.proxy.end(of: 1)
            #expect(end.connections.map(\.end) == [.struck(.halfClose)])
            #expect(end.octetsToClient + end.octetsToServer == count + 11)
        }

        @Test("a black hole is silence for both sides, and both sockets stay open", arguments: trials)
        func blackHole(_ way: Faults.Way, _ count: Int) async throws {
            let (trial, octets, ending) = try cut(way, after: count, .blackHole)
            #expect(octets == ProxyTrial.octets(count))
            #expect(ending == .silence)
            await strike(trial, way, .blackHole, count)
            #expect(trial.sink(way).send("into the void") == 13)
            trial.source(way).setPatience(.milliseconds(50))
            #expect(trial.source(way).read(1) == ([], .silence))
            // One side that gives up does not tell the other.
            trial.sink(way).endWriting()
            #expect(trial.source(way).read(1) == ([], .silence))
            #expect(trial.proxy.statistics.open == 1)
            trial.source(way).endWriting()
            #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.struck(.blackHole)])
        }

        @Test("after a close nobody is waited for for ever")
        func closeWithoutAnswer() async throws {
            let (trial, octets, ending) = try cut(.toClient, after: 4, .close)
            #expect(octets.count == 4)
            #expect(ending == .endOfStream)
            #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.struck(.close)])
        }

        @Test("every octet of a line is a place to cut", arguments: Faults.Way.allCases)
        func everywhere(_ way: Faults.Way) async throws {
            let line = Array("* OK ready\r\n".utf8)
            let listener = try RawListener()
            let faults = (0...line.count).map { Faults(way, .cut(after: $0, .reset)) }
            let proxy = try FaultProxy.start(to: .port(listener.port), each: faults)
            for count in 0...line.count {
                let client = try RawPeer(port: proxy.port)
                let server = try listener.accept()
                (way == .toClient ? server : client).send(line)
                #expect((way == .toClient ? client : server).read() == (Array(line[..<count]), .reset))
            }
            let strikes = await proxy.end(of: line.count + 1).strikes
            #expect(strikes.map(\.octets) == Array(0...line.count))
        }

        @Test("what the other way holds does not hinder a cut")
        func besidesFullWay() async throws {
            let trial = try ProxyTrial(Faults(toClient: .cut(after: 3, .reset)))
            trial.client.setPatience(.milliseconds(200))
            // Nobody reads this.
            trial.client.send(ProxyTrial.octets(64 << 20))
            trial.server.send("abcdef")
            #expect(trial.client.read() == (Array("abc".utf8), .reset))
            #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.struck(.reset)])
        }

        @Test("a cut that is never reached does not strike")
        func neverReached() async throws {
            let trial = try ProxyTrial(.bothWays(.cut(after: 7, .reset)))
            trial.server.send("123456")
            trial.server.endWriting()
            #expect(trial.client.read() == (Array("123456".utf8), .endOfStream))
            trial.client.endWriting()
            #expect(await trial.proxy.end(of: 1).connections.map(\.end) == [.closed])
            #expect(trial.proxy.statistics.strikes == [])
        }
    }
}
