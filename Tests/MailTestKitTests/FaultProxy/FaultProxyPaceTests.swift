import MailTestKit
import Testing

extension FaultProxyTests {
    @Suite("pace") struct Pace {
        @Test("each piece is a segment of its own", arguments: Faults.Way.allCases)
        func split(_ way: Faults.Way) async throws {
            let trial = try ProxyTrial(Faults(way, .split(1)))
            let octets = ProxyTrial.octets(500)
            trial.source(way).send(octets)
            trial.source(way).endWriting()
            #expect(trial.sink(way).read() == (octets, .endOfStream))
            #expect(trial.sink(way).segmentsIn >= 500)
            let record = await trial.proxy.statistics { $0.octetsToClient + $0.octetsToServer == 500 }.connections[0]
            #expect((way == .toClient ? record.toClient : record.toServer).writes == 500)
            // The other way is as it was.
            trial.sink(way).send(octets)
            #expect(trial.source(way).read(500).octets == octets)
            #expect(trial.source(way).segmentsIn < 100)
        }

        @Test("pieces are as long as was said, but for the last")
        func pieces() async throws {
            let trial = try ProxyTrial(Faults(toClient: .split(1_000)))
            let octets = ProxyTrial.octets(10_500)
            trial.server.send(octets)
            #expect(trial.client.read(10_500).octets == octets)
            let record = await trial.proxy.statistics { $0.octetsToClient == 10_500 }.connections[0]
            // The kernel may have handed the octets to the proxy in more than one piece.
            #expect((11...22).contains(record.toClient.writes))
        }

        @Test("split while the receiver is slow loses nothing")
        func splitAgainstClosedWindow() async throws {
            let trial = try ProxyTrial(Faults(toClient: .split(700)))
            let octets = ProxyTrial.octets(5 << 20)
            async let sent = ProxyTrial.onThread { trial.server.send(octets) }
            // Nothing is read until the kernel takes no more.
            await trial.proxy.statistics { $0.octetsToClient > 256 << 10 }
            #expect(trial.client.read(octets.count).octets == octets)
            #expect(await sent == octets.count)
            #expect(Int(trial.client.segmentsIn) >= octets.count / 700)
        }

        @Test("no octet arrives before its delay is over, and order is kept", arguments: Faults.Way.allCases)
        func delay(_ way: Faults.Way) async throws {
            let delay = Duration.milliseconds(120)
            let trial = try ProxyTrial(Faults(way, .delay(delay)))
            for word in ["one", "two"] {
                let start = ContinuousClock.now
                trial.source(way).send(word)
                #expect(trial.sink(way).text(3) == word)
                #expect(ContinuousClock.now - start >= delay)
            }
            // There is no delay on the way back.
            trial.sink(way).send("back")
            #expect(trial.source(way).text(4) == "back")
            let start = ContinuousClock.now
            trial.source(way).send("last")
            trial.source(way).endWriting()
            #expect(trial.sink(way).read() == (Array("last".utf8), .endOfStream))
            #expect(ContinuousClock.now - start >= delay)
        }

        @Test("a delay does not make octets wait for each other")
        func delayOverlaps() async throws {
            // One after the other, 400 pieces of a second each would take longer than the test may.
            let trial = try ProxyTrial(.bothWays(.delay(.seconds(1))))
            let octets = ProxyTrial.octets(4 << 20)
            async let sent = ProxyTrial.onThread {
                stride(from: 0, to: octets.count, by: octets.count / 400).reduce(0) {
                    $0 + trial.server.send(Array(octets[$1...].prefix(octets.count / 400)))
                }
            }
            #expect(trial.client.read(octets.count).octets == octets)
            #expect(await sent == octets.count)
            let record = try #require(trial.proxy.statistics.connections.first)
            #expect(record.toClient.peak <= 9 << 20)
        }

        @Test("octets go no faster than the rate", arguments: Faults.Way.allCases)
        func rate(_ way: Faults.Way) async throws {
            let trial = try ProxyTrial(Faults(way, .rate(.octets(20_000))))
            let octets = ProxyTrial.octets(8_000)
            let start = ContinuousClock.now
            trial.source(way).send(octets)
            #expect(trial.sink(way).read(8_000).octets == octets)
            // 0.4 s, less two hundredths of a second that may go at once.
            #expect(ContinuousClock.now - start >= .milliseconds(380))
        }

        @Test("one octet at a time, each as late as the rate says")
        func trickle() async throws {
            let trickle = Faults.Direction(rate: .octets(1, per: .milliseconds(50)), split: 1)
            let trial = try ProxyTrial(Faults(toClient: trickle))
            let start = ContinuousClock.now
            trial.server.send("slowly")
            #expect(trial.client.text(6) == "slowly")
            #expect(ContinuousClock.now - start >= .milliseconds(240))
            let record = await trial.proxy.statistics { $0.octetsToClient == 6 }.connections[0]
            #expect(record.toClient.writes == 6)
        }

        @Test("all faults at once, and a cut behind them")
        func together() async throws {
            let all = Faults.Direction(
                delay: .milliseconds(50), rate: .octets(1_000), split: 3, cut: .init(after: 100, .close))
            let trial = try ProxyTrial(Faults(toClient: all))
            let start = ContinuousClock.now
            trial.server.send(ProxyTrial.octets(200))
            #expect(trial.client.read() == (ProxyTrial.octets(100), .endOfStream))
            #expect(ContinuousClock.now - start >= .milliseconds(50 + 100 - 20))
            trial.client.close()
            trial.server.close()
            let record = await trial.proxy.end(of: 1).connections[0]
            #expect(record.toClient.writes == 34)
        }
    }
}
