import Glibc
import MailTestKit
import Testing

@Suite("Certificates for tests")
struct TestCertificateAuthorityTests {
    @Test("the authority's file holds its certificate, and is gone with it")
    func file() throws {
        var authority: TestCertificateAuthority? = try TestCertificateAuthority()
        let path = try #require(authority?.path)
        let pem = try #require(authority?.pem)
        #expect(contents(of: path) == pem)
        #expect(pem.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        authority = nil
        #expect(contents(of: path) != pem)
    }

    @Test(
        "every profile gives a certificate with its own key",
        arguments: [
            CertificateProfile.loopback, .expired, .notYetValid, .selfSigned, .otherHost, .commonNameOnly,
            CertificateProfile(names: ["*.example.com"], addresses: ["2001:db8::1"]),
            CertificateProfile(names: [], addresses: []),
        ])
    func profiles(_ profile: CertificateProfile) throws {
        let authority = try TestCertificateAuthority()
        let first = try authority.issue(profile)
        let second = try authority.issue(profile, versions: .tls10 ... .tls11)
        #expect(first.certificatePEM.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(first.privateKeyPEM.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(first.certificatePEM != second.certificatePEM)
        #expect(first.privateKeyPEM != second.privateKeyPEM)
    }

    @Test("what OpenSSL does not take is an error")
    func wrongAddress() throws {
        let authority = try TestCertificateAuthority()
        let error = #expect(throws: TestTLSError.self) {
            try authority.issue(CertificateProfile(addresses: ["nowhere"]))
        }
        #expect(error?.description.contains("IP:nowhere") == true)
    }

    private func contents(of path: String) -> String? {
        // Holds: the stream is used and closed here; the room is as long as is said.
        guard let stream = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(stream) }
        var room = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe fread(&room, 1, room.count, stream)
        return String(decoding: room[..<count], as: UTF8.self)
    }
}
