import COpenSSL
import MailTestKit
import Testing

/// A proxy that knows both handshakes' keys, and one that knows none.
extension FaultProxyTests {
    @Suite("TLS") struct TLS {
        private let serverAuthority: TestCertificateAuthority
        private let proxyAuthority: TestCertificateAuthority

        init() throws {
            serverAuthority = try TestCertificateAuthority()
            proxyAuthority = try TestCertificateAuthority(commonName: "Proxy")
        }

        private func server(_ script: [ScriptStep]) throws -> ScriptedServer {
            try ScriptedServer.start(tls: serverAuthority.issue(), within: .seconds(30), script: script)
        }

        /// A proxy that terminates TLS on both sides.
        private func terminator(_ server: ScriptedServer, _ faults: Faults = Faults()) throws -> FaultProxy {
            try FaultProxy.start(
                to: .port(server.port), faults: faults,
                tls: .terminating(
                    proxyAuthority.issue(),
                    server: .tls(.certificates(pem: serverAuthority.pem), name: "localhost")))
        }

        private func client(_ proxy: FaultProxy, trusting authority: TestCertificateAuthority) throws -> RawTLSClient {
            try RawTLSClient(port: proxy.port, RawTLSClient.Wishes(trusted: [authority], host: "localhost"))
        }

        @Test("terminated, octets and both ends go through")
        func terminates() async throws {
            let server = try server([.send("hello\r\n"), .expect("QUIT\r\n"), .send("bye\r\n"), .close])
            let proxy = try terminator(server)
            do {
                let client = try client(proxy, trusting: proxyAuthority)
                #expect(client.isUp, "\(client.trouble) \(client.verification)")
                #expect(client.readLine() == "hello\r\n")
                client.send("QUIT\r\n")
                #expect(client.readLine() == "bye\r\n")
                #expect(client.readError() == SSL_ERROR_ZERO_RETURN)
                client.sayGoodbye()
            }
            let conversation = try await server.finish()[0]
            #expect(conversation.end == .orderly)
            #expect(conversation.serverName == "localhost")
            let statistics = await proxy.end(of: 1)
            #expect(statistics.connections.map(\.end) == [.closed])
            #expect(statistics.octetsToClient == 12)
            #expect(statistics.octetsToServer == 6)
        }

        @Test("a truncation stays one")
        func truncation() async throws {
            let server = try server([.send("hello\r\n"), .truncate])
            let proxy = try terminator(server)
            let client = try client(proxy, trusting: proxyAuthority)
            #expect(client.readLine() == "hello\r\n")
            #expect(client.readError() == SSL_ERROR_SSL)
        }

        @Test("much goes through TLS both ways")
        func much() async throws {
            let line = String(repeating: "0123456789abcdef", count: 256 << 10) + "\r\n"
            let answer = String(repeating: "fedcba9876543210", count: 8 << 10) + "\r\n"
            let server = try server([.send(line), .expect(answer), .send("+OK\r\n"), .close])
            let proxy = try terminator(server)
            do {
                let client = try client(proxy, trusting: proxyAuthority)
                #expect(client.readLine() == line)
                client.send(answer)
                #expect(client.readLine() == "+OK\r\n")
                client.sayGoodbye()
            }
            try await server.finish()
            let record = try #require(await proxy.end(of: 1).connections.first)
            #expect(record.toClient.octets == line.utf8.count + 5)
            #expect(record.toServer.octets == answer.utf8.count)
            #expect(record.toClient.peak <= 128 << 10)
        }

        @Test("cut behind an octet inside TLS, with and without its end mark", arguments: [false, true])
        func close(_ sendsCloseNotify: Bool) async throws {
            for count in [0, 3, 7, 9] {
                let server = try server([.send("hello\r\nworld\r\n"), .ignoreRest])
                let cut = Faults.Direction.cut(after: count, .close, sendsCloseNotify: sendsCloseNotify)
                let proxy = try terminator(server, Faults(toClient: cut))
                do {
                    let client = try client(proxy, trusting: proxyAuthority)
                    #expect(client.isUp)
                    #expect(client.read(count) == String("hello\r\nworld\r\n".utf8.prefix(count)))
                    #expect(client.readError() == (sendsCloseNotify ? SSL_ERROR_ZERO_RETURN : SSL_ERROR_SSL))
                }
                #expect(await proxy.firstStrike()?.octets == count)
                let conversation = try await server.finish()[0]
                #expect(conversation.end == (sendsCloseNotify ? .orderly : .truncated))
            }
        }

        @Test("a reset behind an octet inside TLS")
        func reset() async throws {
            let server = try server([.expect("0123"), .ignoreRest])
            let proxy = try terminator(server, Faults(toServer: .cut(after: 4, .reset)))
            let client = try client(proxy, trusting: proxyAuthority)
            client.send("0123456789")
            #expect(client.readError() == SSL_ERROR_SYSCALL)
            #expect(await proxy.firstStrike()?.octets == 4)
            let conversation = try await server.finish()[0]
            #expect(conversation.end == .reset)
            #expect(conversation.secured == Array("0123".utf8))
        }

        @Test("half-close inside TLS leaves the other way")
        func halfClose() async throws {
            let server = try server([.send("hello\r\nlost"), .expect("still works\r\n"), .ignoreRest])
            let cut = Faults.Direction.cut(after: 7, .halfClose, sendsCloseNotify: true)
            let proxy = try terminator(server, Faults(toClient: cut))
            do {
                let client = try client(proxy, trusting: proxyAuthority)
                #expect(client.readLine() == "hello\r\n")
                #expect(client.readError() == SSL_ERROR_ZERO_RETURN)
                client.send("still works\r\n")
                client.sayGoodbye()
            }
            #expect(try await server.finish()[0].end == .orderly)
            #expect(await proxy.end(of: 1).connections.map(\.end) == [.struck(.halfClose)])
        }

        @Test("a black hole inside TLS")
        func blackHole() async throws {
            let server = try server([.send("hello\r\nlost"), .ignoreRest])
            let proxy = try terminator(server, Faults(toClient: .cut(after: 7, .blackHole)))
            let client = try client(proxy, trusting: proxyAuthority)
            #expect(client.readLine() == "hello\r\n")
            client.setPatience(milliseconds: 100)
            #expect(client.readError() == SSL_ERROR_WANT_READ)
            #expect(proxy.statistics.connections.map(\.end) == [nil])
            await proxy.stop()
        }

        @Test("each piece is a record")
        func records() async throws {
            let server = try server([.send("0123456789\r\n"), .expect("abc"), .ignoreRest])
            let proxy = try terminator(server, .bothWays(.split(1)))
            do {
                let client = try client(proxy, trusting: proxyAuthority)
                // SSL_read gives one record at a time.
                for octet in "0123456789" { #expect(client.read(atMost: 100) == String(octet)) }
                client.send("abc")
            }
            try await server.finish()
            let record = await proxy.end(of: 1).connections[0]
            #expect(record.toClient.writes >= 10)
            #expect(record.toServer.writes == 3)
        }

        @Test("a server without TLS behind a client with it")
        func plaintextServer() async throws {
            let server = try ScriptedServer.start(script: [.send("hello\r\n"), .expect("QUIT\r\n"), .close])
            let proxy = try FaultProxy.start(
                to: .port(server.port), tls: .terminating(proxyAuthority.issue(), server: .plaintext))
            do {
                let client = try client(proxy, trusting: proxyAuthority)
                #expect(client.readLine() == "hello\r\n")
                client.send("QUIT\r\n")
                #expect(client.readError() == SSL_ERROR_ZERO_RETURN)
                client.sayGoodbye()
            }
            let conversation = try await server.finish()[0]
            #expect(conversation.plaintext == Array("QUIT\r\n".utf8))
        }

        @Test("a server whose certificate is not accepted, or is for another name")
        func refusesServer() async throws {
            for (trusted, name, reason) in [
                (proxyAuthority, "localhost", "unable to get local issuer certificate"),
                (serverAuthority, "other.example", "hostname mismatch"),
                (serverAuthority, "127.0.0.2", "IP address mismatch"),
            ] {
                let server = try server([.send("hello\r\n"), .ignoreRest])
                let proxy = try FaultProxy.start(
                    to: .port(server.port),
                    tls: .terminating(
                        proxyAuthority.issue(), server: .tls(.certificates(pem: trusted.pem), name: name)))
                do {
                    let client = try client(proxy, trusting: proxyAuthority)
                    #expect(client.readLine() == nil)
                }
                #expect(
                    await proxy.end(of: 1).connections.map(\.end)
                        == [.tlsFailed("server: certificate verify failed (\(reason))")])
                #expect(await server.conversations()[0].secured == [])
            }
        }

        @Test("a client that does not accept the proxy's certificate")
        func refusedByClient() async throws {
            let server = try server([.ignoreRest])
            let proxy = try terminator(server)
            do {
                let client = try client(proxy, trusting: serverAuthority)
                #expect(!client.isUp)
            }
            guard case .tlsFailed(let reason) = await proxy.end(of: 1).connections[0].end else {
                Issue.record("\(proxy.statistics)")
                return
            }
            #expect(reason == "client: tlsv1 alert unknown ca")
        }

        @Test("certificate and key from PEM")
        func fromPEM() async throws {
            let leaf = try proxyAuthority.subordinate().issueCertificate()
            let read = try TestCertificate(chainPEM: leaf.chainPEM, privateKeyPEM: leaf.privateKeyPEM)
            #expect(read.chainPEM == leaf.chainPEM)
            #expect(read.privateKeyPEM == leaf.privateKeyPEM)
            let server = try server([.send("hello\r\n"), .ignoreRest])
            // The server's own certificate may be the accepted one, too.
            let proxy = try FaultProxy.start(
                to: .port(server.port),
                tls: .terminating(ServerIdentity(read), server: .tls(.certificates(pem: serverAuthority.pem))))
            let client = try client(proxy, trusting: proxyAuthority)
            #expect(client.readLine() == "hello\r\n")
            let other = try proxyAuthority.issueCertificate()
            #expect(throws: TestTLSError.self) {
                try TestCertificate(chainPEM: leaf.pem, privateKeyPEM: other.privateKeyPEM)
            }
            for broken in ["", "no PEM", String(leaf.pem.dropLast(40)), leaf.pem + leaf.pem.dropLast(40)] {
                #expect(throws: TestTLSError.self, "\(broken)") {
                    try TestCertificate(chainPEM: broken, privateKeyPEM: leaf.privateKeyPEM)
                }
            }
            #expect(throws: TestTLSError.self) { try TestCertificate(chainPEM: leaf.pem, privateKeyPEM: "no PEM") }
            let encrypted = try leaf.encryptedPrivateKeyPEM(password: "tempus fugit")
            #expect(throws: TestTLSError.self) { try TestCertificate(chainPEM: leaf.pem, privateKeyPEM: encrypted) }
            #expect(throws: FaultProxyError.self) {
                try FaultProxy.start(
                    to: .port(1), tls: .terminating(ServerIdentity(read), server: .tls(.certificates(pem: "no PEM"))))
            }
        }

        @Test("blind, TLS goes through octet by octet")
        func blindSplit() async throws {
            let server = try server([.send("hello\r\n"), .expect("QUIT\r\n"), .send("bye\r\n"), .close])
            let proxy = try FaultProxy.start(to: .port(server.port), faults: .bothWays(.split(1)))
            do {
                let client = try client(proxy, trusting: serverAuthority)
                #expect(client.readLine() == "hello\r\n")
                client.send("QUIT\r\n")
                #expect(client.readLine() == "bye\r\n")
                client.sayGoodbye()
            }
            try await server.finish()
            let record = await proxy.end(of: 1).connections[0]
            #expect(record.toClient.writes == record.toClient.octets)
        }

        @Test("blind, a handshake is cut behind any octet", arguments: [Faults.Ending.close, .reset, .blackHole])
        func blindCut(_ ending: Faults.Ending) async throws {
            for (way, count) in [
                (Faults.Way.toClient, 0), (.toClient, 1), (.toClient, 700), (.toServer, 0), (.toServer, 5),
                (.toServer, 200),
            ] {
                let server = try server([.ignoreRest])
                let proxy = try FaultProxy.start(
                    to: .port(server.port), faults: Faults(way, .cut(after: count, ending)))
                if ending == .blackHole {
                    let client = try RawPeer(port: proxy.port)
                    // Beginning of a record with a client's hello (RFC 8446 §5.1), which the server waits to see whole.
                    client.send([22, 3, 1, 1, 0, 1, 0, 0] + [UInt8](repeating: 0, count: 250))
                    if way == .toServer {
                        #expect(await proxy.firstStrike()?.octets == count)
                        client.setPatience(.milliseconds(20))
                        #expect(client.read(1).ending == .silence)
                    }
                    await proxy.stop()
                } else {
                    let client = try client(proxy, trusting: serverAuthority)
                    #expect(!client.isUp)
                    #expect(await proxy.firstStrike()?.octets == count)
                }
                let conversation = await server.conversations()[0]
                #expect(conversation.secured == [])
            }
        }
    }
}

extension RawTLSClient {
    /// The next `count` octets as text, fewer where they end before.
    func read(_ count: Int) -> String {
        var text = ""
        while text.utf8.count < count {
            let more = read(atMost: count - text.utf8.count)
            guard !more.isEmpty else { break }
            text += more
        }
        return text
    }
}
