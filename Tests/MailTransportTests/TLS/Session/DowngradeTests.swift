import MailTestKit
import Testing

@testable import MailTransport

/// Somebody on the way who makes the two sides agree on less than both can (RFC 8446 §4.1.3).
@Suite(.timeLimit(.minutes(1))) struct DowngradeTests {
    /// Connects to a server through a relay that hides an extension of the client's.
    private func connect(hiding number: UInt16, _ tls: TLSConfiguration = TLSConfiguration()) async throws
        -> TransportError?
    {
        let authority = try TestCertificateAuthority()
        let server = try ScriptedServer.start(
            tls: authority.issue(), within: .seconds(30), script: [.send("hello\r\n"), .ignoreRest])
        let relay = try TamperingRelay(to: server.port) { octets in
            Self.hide(number, in: octets)
        }
        var transport = TransportConfiguration()
        transport.tls = tls
        transport.tls.roots = .memory(Array(authority.pem.utf8))
        do throws(TransportError) {
            let connection = try await Connection.connect(
                to: .tls("localhost", port: relay.port), configuration: transport)
            await connection.close()
            return nil
        } catch {
            return error
        }
    }

    /// The ClientHello in `octets` with an extension's number changed to one that nobody knows.
    private static func hide(_ number: UInt16, in octets: [UInt8]) -> [UInt8] {
        var changed = octets
        // Record, handshake header, version, random; then identifier, suites, compression, extensions (RFC 8446 §4.1.2).
        var index = 5 + 4 + 2 + 32
        guard octets.count > index else { return octets }
        index += 1 + Int(octets[index])
        index += 2 + Int(octets[index]) << 8 + Int(octets[index + 1])
        index += 1 + Int(octets[index]) + 2
        while index + 4 <= octets.count {
            if UInt16(octets[index]) << 8 | UInt16(octets[index + 1]) == number {
                changed[index] = 0xFA
                changed[index + 1] = 0xFB
            }
            index += 4 + Int(octets[index + 2]) << 8 + Int(octets[index + 3])
        }
        return changed
    }

    @Test func `hiding that TLS 1.3 is offered is found out`() async throws {
        let error = try await connect(hiding: 43)
        #expect(error?.kind == .downgraded, "\(error?.description ?? "accepted")")
    }

    @Test func `where nothing less than TLS 1.3 is taken, it is refused anyhow`() async throws {
        var tls = TLSConfiguration()
        tls.minimumVersion = .tls13
        let error = try await connect(hiding: 43, tls)
        #expect([.protocolVersion, .handshakeRefused].contains(error?.kind), "\(error?.description ?? "accepted")")
    }

    @Test func `hiding anything else breaks the handshake`() async throws {
        for number: UInt16 in [0, 5, 23, 35] {
            let error = try await connect(hiding: number)
            #expect(error != nil, "\(number)")
            #expect(error?.kind == .tlsFailed || error?.kind == .handshakeRefused, "\(error?.description ?? "")")
        }
    }
}
