import COpenSSL
import Glibc
import MailTestKit

/// A blocking TLS client made of OpenSSL alone, for telling what a scripted server's TLS does.
@safe final class RawTLSClient {
    /// A session that can be resumed.
    @safe final class Session {
        let pointer: OpaquePointer?

        /// Takes the ownership.
        init(_ pointer: OpaquePointer?) {
            unsafe self.pointer = pointer
        }

        deinit {
            unsafe SSL_SESSION_free(pointer)
        }
    }

    /// What a client wants of TLS.
    struct Wishes {
        var trusted: [TestCertificateAuthority] = []
        var host: String?
        var protocols: [String] = []
        var asksForStaple = false
        var certificate: TestCertificate?
        var session: Session?
        var highest = TLS1_3_VERSION
        var revocationLists: [RevocationList] = []
        /// How far OpenSSL minds what is weak.
        var securityLevel: Int32 = 2
    }

    private let context: OpaquePointer
    private let tls: OpaquePointer
    private let descriptor: Int32
    /// Whether the handshake came about.
    let isUp: Bool
    /// Why not: OpenSSL's words, and its words on the certificate.
    let trouble: String
    let verification: String

    init(port: UInt16, _ wishes: Wishes = Wishes()) throws {
        descriptor = try RawClient.connected(to: port)
        // Holds: context and session are freed in deinit alone; what they are given is copied or counted.
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw RawClient.Failed() }
        unsafe self.context = context
        unsafe SSL_CTX_set_security_level(context, wishes.securityLevel)
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        unsafe mailwire_SSL_CTX_set_min_proto_version(context, TLS1_VERSION)
        unsafe mailwire_SSL_CTX_set_max_proto_version(context, wishes.highest)
        let store = unsafe SSL_CTX_get_cert_store(context)
        for authority in wishes.trusted {
            let certificate = unsafe Self.read(authority.pem) { unsafe PEM_read_bio_X509($0, nil, nil, nil) }
            unsafe X509_STORE_add_cert(store, certificate)
            unsafe X509_free(certificate)
        }
        for list in wishes.revocationLists {
            let read = unsafe Self.read(list.pem) { unsafe PEM_read_bio_X509_CRL($0, nil, nil, nil) }
            unsafe X509_STORE_add_crl(store, read)
            unsafe X509_CRL_free(read)
            unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK))
        }
        if let shown = wishes.certificate {
            let certificate = unsafe Self.read(shown.pem) { unsafe PEM_read_bio_X509($0, nil, nil, nil) }
            let key = unsafe Self.read(shown.privateKeyPEM) { unsafe PEM_read_bio_PrivateKey($0, nil, nil, nil) }
            unsafe SSL_CTX_use_certificate(context, certificate)
            unsafe SSL_CTX_use_PrivateKey(context, key)
            unsafe X509_free(certificate)
            unsafe EVP_PKEY_free(key)
        }
        guard let tls = unsafe SSL_new(context) else { throw RawClient.Failed() }
        unsafe self.tls = tls
        if let host = wishes.host {
            unsafe X509_VERIFY_PARAM_set1_host(SSL_get0_param(tls), host, host.utf8.count)
            unsafe mailwire_SSL_set_tlsext_host_name(tls, host)
        }
        if !wishes.protocols.isEmpty {
            let list = wishes.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            unsafe SSL_set_alpn_protos(tls, list, UInt32(list.count))
        }
        if wishes.asksForStaple {
            unsafe SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, Int(TLSEXT_STATUSTYPE_ocsp), nil)
        }
        if let session = wishes.session { unsafe SSL_set_session(tls, session.pointer) }
        unsafe SSL_set_fd(tls, descriptor)
        ERR_clear_error()
        isUp = unsafe SSL_connect(tls) == 1
        let code = ERR_peek_error()
        // Holds: both are static texts of OpenSSL.
        trouble = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        verification = unsafe String(cString: X509_verify_cert_error_string(SSL_get_verify_result(tls)))
    }

    deinit {
        unsafe SSL_free(tls)
        unsafe SSL_CTX_free(context)
        close(descriptor)
    }

    private static func read<Value>(_ pem: String, _ body: (OpaquePointer?) -> Value) -> Value {
        let octets = Array(pem.utf8)
        // Holds: the octets are lent until the BIO is freed.
        return unsafe octets.withUnsafeBytes { bytes in
            let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
            defer { unsafe BIO_free(memory) }
            return unsafe body(memory)
        }
    }

    func send(_ text: String) {
        // Holds: the text is lent for the call.
        _ = unsafe SSL_write(tls, text, Int32(text.utf8.count))
    }

    /// How long reading waits.
    func setPatience(milliseconds: Int) {
        var limit = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
        // Holds: the limit is a local that outlives the call.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Sends text beneath TLS.
    func sendPlaintext(_ text: String) {
        // Holds: the text is lent for the call.
        _ = unsafe Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes until a line is whole; nil for anything that is no octet.
    func readLine() -> String? {
        var seen: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        while seen.last != 10 {
            // Holds: the room is as long as is said.
            let count = unsafe SSL_read(tls, &room, Int32(room.count))
            guard count > 0 else { return nil }
            seen += room[..<Int(count)]
        }
        return String(decoding: seen, as: UTF8.self)
    }

    /// What one call reads, at most `count` octets; nothing for anything that is no octet.
    func read(atMost count: Int) -> String {
        var room = [UInt8](repeating: 0, count: count)
        ERR_clear_error()
        // Holds: the room is as long as is said.
        let read = unsafe SSL_read(tls, &room, Int32(room.count))
        return String(decoding: room[..<Int(max(read, 0))], as: UTF8.self)
    }

    /// Reads once, for what TLS itself says; SSL_get_error's number where no octet came.
    func readError() -> Int32 {
        var octet: UInt8 = 0
        ERR_clear_error()
        // Holds: one octet, which outlives the call.
        let code = unsafe SSL_read(tls, &octet, 1)
        return unsafe SSL_get_error(tls, code)
    }

    func sayGoodbye() {
        unsafe SSL_shutdown(tls)
    }

    /// The session, to be resumed by another client.
    var session: Session { unsafe Session(SSL_get1_session(tls)) }

    var selectedProtocol: String {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // Holds: the name lives as long as the session, and is copied.
        unsafe SSL_get0_alpn_selected(tls, &name, &count)
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    var staple: [UInt8] {
        var octets: UnsafeMutableRawPointer?
        // Holds: the response lives as long as the session, and is copied.
        let count = unsafe withUnsafeMutablePointer(to: &octets) {
            unsafe SSL_ctrl(tls, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, $0)
        }
        return count > 0 ? unsafe Array(UnsafeRawBufferPointer(start: octets, count: count)) : []
    }

    var exporter: [UInt8] {
        var octets = [UInt8](repeating: 0, count: 32)
        let label = "EXPORTER-Channel-Binding"
        // Holds: both are as long as is said.
        _ = unsafe SSL_export_keying_material(tls, &octets, 32, label, label.utf8.count, nil, 0, 1)
        return octets
    }
}
