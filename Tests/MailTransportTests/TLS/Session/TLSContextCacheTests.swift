import MailTestKit
import Testing

@testable import MailTransport

/// What is prepared once for all connections with an equal configuration.
@Suite(.timeLimit(.minutes(1))) struct TLSContextCacheTests {
    private func context(_ tls: TLSConfiguration) async throws -> TLSContext {
        try await TLSContextCache.context(for: tls, within: .seconds(30), on: EventLoopGroup.shared().next)
    }

    /// A configuration that no other test has, equal to others made of `authority`.
    private func configuration(_ authority: TestCertificateAuthority) -> TLSConfiguration {
        var tls = TLSConfiguration()
        // Another array each time: what counts is what is in it.
        tls.roots = .memory(Array(authority.pem.utf8))
        return tls
    }

    @Test func `equal configurations share a context, whatever name they verify`() async throws {
        let authority = try TestCertificateAuthority()
        let first = try await context(configuration(authority))
        var named = configuration(authority)
        named.serverName = "mail.example.com"
        #expect(try await context(named) === first)
        var other = configuration(authority)
        other.minimumVersion = .tls13
        let second = try await context(other)
        #expect(second !== first)
        // But for what does not differ.
        #expect(second.store === first.store)
    }

    @Test func `many that ask at once get the same`() async throws {
        let tls = configuration(try TestCertificateAuthority())
        let contexts = try await withThrowingTaskGroup(of: TLSContext.self) { group in
            for _ in 0..<50 { group.addTask { try await context(tls) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(contexts.map(ObjectIdentifier.init)).count == 1)
    }

    @Test func `a failure is told to all who wait, and not remembered`() async throws {
        let folder = try TestFolder(["roots.pem": []])
        var tls = TLSConfiguration()
        tls.roots = .file(folder.path + "/roots.pem")
        let wanted = tls
        let kinds = await withTaskGroup(of: TransportError.Kind?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do throws(TransportError) {
                        _ = try await TLSContextCache.context(
                            for: wanted, within: .seconds(30), on: EventLoopGroup.shared().next)
                        return nil
                    } catch {
                        return error.kind
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds == Array(repeating: .trustStoreUnreadable, count: 10))
        try overwrite(folder.path + "/roots.pem", with: Array(TestCertificateAuthority().pem.utf8))
        _ = try await context(wanted)
    }

    @Test func `32 are kept, and others as long as somebody has them`() async throws {
        let mine = configuration(try TestCertificateAuthority())
        let held = try await context(mine)
        var one = configuration(try TestCertificateAuthority())
        for number in 0..<40 {
            one.limits.certificateOctets = 10_000 + number
            _ = try await context(one)
        }
        #expect(TLSContextCache.count <= TLSContextCache.capacity)
        #expect(try await context(mine) === held)
    }

    @Test func `a file that did not change is not read again`() async throws {
        let authority = try TestCertificateAuthority()
        let file = try TestFile(authority.pem)
        var tls = TLSConfiguration()
        tls.roots = .file(file.path)
        let first = try await context(tls)
        #expect(try await context(tls) === first)
    }
}
