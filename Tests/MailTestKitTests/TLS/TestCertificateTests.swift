import COpenSSL
import Glibc
import MailTestKit
import Testing

@Suite("A certificate's forms")
struct TestCertificateTests {
    @Test("an encrypted key is opened by its password alone")
    func encryptedKey() throws {
        let certificate = try TestCertificateAuthority().issueCertificate()
        let pem = try certificate.encryptedPrivateKeyPEM(password: "wilma")
        #expect(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(opens(pem, password: "wilma"))
        #expect(!opens(pem, password: "betty"))
    }

    @Test("PKCS #12 holds key, certificate and intermediates, for its password alone")
    func pkcs12() throws {
        let between = try TestCertificateAuthority().subordinate()
        let certificate = try between.issueCertificate(.client("fred"))
        let octets = try certificate.pkcs12(password: "wilma")
        for (password, opens) in [("wilma", true), ("betty", false)] {
            // Holds: what is parsed is freed here.
            let isWhole = unsafe reads(octets) { memory in
                let container = unsafe d2i_PKCS12_bio(memory, nil)
                defer { unsafe PKCS12_free(container) }
                var key: OpaquePointer?
                var found: OpaquePointer?
                var others: OpaquePointer?
                let code = unsafe PKCS12_parse(container, password, &key, &found, &others)
                defer {
                    unsafe EVP_PKEY_free(key)
                    unsafe X509_free(found)
                    unsafe mailwire_X509_list_free(others)
                }
                return unsafe code == 1 && X509_check_private_key(found, key) == 1 && OPENSSL_sk_num(others) == 1
            }
            #expect(isWhole == opens)
        }
    }

    @Test("a chain begins with the certificate and ends below the root")
    func chain() throws {
        let root = try TestCertificateAuthority()
        let first = try root.subordinate(.authority("First"))
        let leaf = try first.subordinate(.authority("Second")).issueCertificate()
        #expect(leaf.intermediates.count == 2)
        #expect(leaf.chainPEM.hasPrefix(leaf.pem))
        #expect(leaf.chainPEM.hasSuffix(first.pem))
        #expect(try leaf.publicKeySHA256().count == 32)
        #expect(try leaf.publicKeySHA256() != first.certificate.publicKeySHA256())
        #expect(leaf.sha256 != first.certificate.sha256)
    }

    @Test("keys of RSA are used again, but never shared with the authority")
    func slowKeys() throws {
        let authority = try TestCertificateAuthority(.authority().with { $0.key = .rsa(bits: 2048) })
        let first = try authority.issueCertificate(.loopback.with { $0.key = .rsa(bits: 2048) })
        let second = try authority.issueCertificate(.loopback.with { $0.key = .rsa(bits: 2048) })
        #expect(first.privateKeyPEM == second.privateKeyPEM)
        #expect(first.privateKeyPEM != authority.certificate.privateKeyPEM)
        #expect(first.pem != second.pem)
    }

    @Test("a folder of trusted certificates has their hashes for names, and is gone in the end")
    func folder() throws {
        let authorities = [try TestCertificateAuthority(), try TestCertificateAuthority()]
        var folder: TestFolder? = try TestFolder(trusting: authorities)
        let path = try #require(folder?.path)
        let hash = authorities[0].certificate.subjectHash
        #expect(hash.count == 8)
        #expect(hash == authorities[1].certificate.subjectHash)
        #expect(exists("\(path)/\(hash).0"))
        #expect(exists("\(path)/\(hash).1"))
        folder = nil
        #expect(!exists(path))
    }

    @Test(
        "an answer on revocation is signed by whom it should be",
        arguments: [RevocationStatus.good, .revoked, .unknown])
    func ocsp(status: RevocationStatus) throws {
        let authority = try TestCertificateAuthority()
        let leaf = try authority.issueCertificate()
        let delegate = try authority.issueCertificate(.ocspResponder)
        let stranger = try TestCertificateAuthority().certificate
        for (signer, isRight) in [(nil, true), (delegate, true), (leaf, false), (stranger, false)] {
            let response = try authority.ocspResponse(about: leaf, status, signedBy: signer)
            let answer = try ask(response, about: leaf, authority)
            #expect(answer.isSignedRight == isRight)
            #expect(answer.status == [.good: 0, .revoked: 1, .unknown: 2][status])
        }
        let other = try authority.issueCertificate()
        #expect(try ask(authority.ocspResponse(about: other, status), about: leaf, authority).status == nil)
        #expect(try !TestCertificateAuthority.ocspTryLater().isEmpty)
    }

    private func exists(_ path: String) -> Bool {
        // Holds: the text is NUL-terminated for the call.
        unsafe access(path, R_OK) == 0
    }

    // MARK: OpenSSL's readers

    private func reads(_ octets: [UInt8], _ body: (OpaquePointer?) -> Bool) -> Bool {
        // Holds: the octets are lent until the BIO is freed.
        unsafe octets.withUnsafeBytes { bytes in
            let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
            defer { unsafe BIO_free(memory) }
            return unsafe body(memory)
        }
    }

    private func opens(_ pem: String, password: String) -> Bool {
        var text = Array(password.utf8CString)
        // Holds: without a callback, the last argument is a password that is lent for the call.
        return unsafe reads(Array(pem.utf8)) { memory in
            let key = unsafe text.withUnsafeMutableBytes {
                unsafe PEM_read_bio_PrivateKey(memory, nil, nil, $0.baseAddress)
            }
            defer { unsafe EVP_PKEY_free(key) }
            return unsafe key != nil
        }
    }

    /// What an OCSP response says of `leaf`, nil for nothing; and whether it is signed for `authority`.
    private func ask(
        _ response: [UInt8], about leaf: TestCertificate, _ authority: TestCertificateAuthority
    ) throws -> (status: Int32?, isSignedRight: Bool) {
        // Holds: all that is made is freed here, the lists without what they hold.
        let whole = unsafe response.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_OCSP_RESPONSE(nil, &start, buffer.count)
        }
        defer { unsafe OCSP_RESPONSE_free(whole) }
        let basic = unsafe OCSP_response_get1_basic(whole)
        defer { unsafe OCSP_BASICRESP_free(basic) }
        let store = unsafe X509_STORE_new()
        defer { unsafe X509_STORE_free(store) }
        var issuer: OpaquePointer?
        var subject: OpaquePointer?
        _ = unsafe reads(Array(authority.pem.utf8)) {
            unsafe issuer = PEM_read_bio_X509($0, nil, nil, nil)
            return true
        }
        _ = unsafe reads(Array(leaf.pem.utf8)) {
            unsafe subject = PEM_read_bio_X509($0, nil, nil, nil)
            return true
        }
        let name = unsafe OCSP_cert_to_id(nil, subject, issuer)
        let known = unsafe OPENSSL_sk_new_null()
        defer {
            unsafe OPENSSL_sk_free(known)
            unsafe OCSP_CERTID_free(name)
            unsafe X509_free(issuer)
            unsafe X509_free(subject)
        }
        unsafe X509_STORE_add_cert(store, issuer)
        unsafe OPENSSL_sk_push(known, UnsafeMutableRawPointer(issuer))
        let isRight = unsafe OCSP_basic_verify(basic, known, store, 0) == 1
        var status: Int32 = -1
        let found = unsafe OCSP_resp_find_status(basic, name, &status, nil, nil, nil, nil)
        return (found == 1 ? status : nil, isRight)
    }
}
