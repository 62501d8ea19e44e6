import COpenSSL
import Testing

@testable import MailTransport

/// How many sessions are kept, of whom, and for how long.
@Suite struct SessionCacheTests {
    private func session(
        tls13: Bool = true, begun: Int64 = CertificateTime.now, lifetime: Int64 = 3_600,
        staple: TLSInformation.Staple = .none
    ) throws -> ResumableSession {
        // Holds: the session is new, and the object made of it owns it.
        let made = unsafe try #require(SSL_SESSION_new())
        unsafe SSL_SESSION_set_protocol_version(made, tls13 ? TLS1_3_VERSION : TLS1_2_VERSION)
        unsafe SSL_SESSION_set_time(made, Int(begun))
        unsafe SSL_SESSION_set_timeout(made, Int(lifetime))
        // What has neither identifier nor ticket is not resumable.
        unsafe SSL_SESSION_set1_id(made, [1], 1)
        return unsafe ResumableSession(owning: made, VerifiedPeer(trust: .root, chain: [], staple: staple))
    }

    private func key(_ host: String, port: UInt16 = 993, name: String? = nil) throws -> SessionCache.Key {
        SessionCache.Key(host: host, port: port, name: try ServerName(name ?? host))
    }

    @Test func `the newest comes first, and what is for one use comes once`() throws {
        let cache = SessionCache()
        let key = try key("a.example")
        let sessions = try (0..<3).map { _ in try session() }
        for one in sessions { cache.add(one, for: key) }
        for expected in sessions.reversed() { #expect(cache.take(key) === expected) }
        #expect(cache.take(key) == nil)
    }

    @Test func `what may be used again stays, and gives way to a newer one`() throws {
        let cache = SessionCache()
        let key = try key("a.example")
        let old = try session(tls13: false)
        cache.add(old, for: key)
        #expect(cache.take(key) === old)
        #expect(cache.take(key) === old)
        let new = try session(tls13: false)
        cache.add(new, for: key)
        #expect(cache.count == 1)
        #expect(cache.take(key) === new)
        cache.remove(new, for: key)
        #expect(cache.take(key) == nil)
    }

    @Test func `host, port and name each make another server`() throws {
        let cache = SessionCache()
        let key = try key("a.example")
        cache.add(try session(tls13: false), for: key)
        for other in [
            try self.key("b.example", name: "a.example"), try self.key("a.example", port: 994),
            try self.key("a.example", name: "b.example"), try self.key("A.example"),
        ] { #expect(cache.take(other) == nil) }
        #expect(cache.take(key) != nil)
    }

    @Test func `4 sessions of a server are kept`() throws {
        let cache = SessionCache()
        let key = try key("a.example")
        let sessions = try (0..<6).map { _ in try session() }
        for one in sessions { cache.add(one, for: key) }
        #expect(cache.count == 4)
        for expected in sessions.suffix(4).reversed() { #expect(cache.take(key) === expected) }
    }

    @Test func `256 servers are kept, the longest unused going first`() throws {
        let cache = SessionCache()
        for number in 0..<256 { cache.add(try session(tls13: false), for: try key("h\(number).example")) }
        #expect(cache.count == 256)
        #expect(cache.take(try key("h0.example")) != nil)
        cache.add(try session(tls13: false), for: try key("h256.example"))
        #expect(cache.count == 256)
        #expect(cache.take(try key("h1.example")) == nil)
        #expect(cache.take(try key("h0.example")) != nil)
        #expect(cache.take(try key("h256.example")) != nil)
    }

    @Test func `a session lives as long as the server says, but for a day at most`() throws {
        let now = CertificateTime.now
        #expect(try session(begun: now, lifetime: 100).expiry == now + 100)
        #expect(try session(begun: now, lifetime: 604_800).expiry == now + 86_400)
        let cache = SessionCache()
        let key = try key("a.example")
        cache.add(try session(begun: now - 101, lifetime: 100), for: key)
        #expect(cache.count == 0)
        cache.add(try session(begun: now, lifetime: 100), for: key)
        #expect(cache.take(key, now: now + 100) == nil)
        cache.add(try session(begun: now, lifetime: 100), for: key)
        #expect(cache.take(key, now: now + 99) != nil)
    }

    @Test func `a session does not outlive what was stapled`() throws {
        let now = CertificateTime.now
        #expect(try session(begun: now, lifetime: 3_600, staple: .good(until: now + 60)).expiry == now + 60)
        #expect(try session(begun: now, lifetime: 3_600, staple: .good(until: nil)).expiry == now + 3_600)
    }
}
