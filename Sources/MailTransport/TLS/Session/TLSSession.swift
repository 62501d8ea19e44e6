import COpenSSL
import Glibc
import Octets

/// One TLS connection over a descriptor; confined to the thread of its loop.
///
/// What OpenSSL calls back with finds this object through the session, and notes here what else would be forgotten.
@safe final class TLSSession {
    /// What a call got done.
    enum Outcome {
        case done(Int)
        case wantsRead
        case wantsWrite
        case endOfStream
        case failed(TransportError)
    }

    let plan: TLSPlan
    let session: OpaquePointer
    private let socket: TLSSocket

    /// Why the server was refused, where this side refused it.
    var refusal: CertificateRefusal?
    /// The key that made the server trusted, where one is pinned.
    var pinned: PublicKeyPin?
    /// What the server stapled.
    var staple = TLSInformation.Staple.none
    /// Whether the server asked for a client certificate.
    var wasAskedForCertificate = false
    /// The session that this connection was to resume.
    var offered: ResumableSession?
    /// What was proven of the server, where somebody asked for it already.
    var knownPeer: VerifiedPeer?

    /// Why nothing more can be read: OpenSSL tells it once, and whoever handed on what came before asks again.
    private var readingEnded: TransportError?

    /// The first octet that came from the socket since TLS began; nil before.
    var firstOctet: UInt8? { socket.firstOctet }

    /// A session over `descriptor` that will verify the server as `plan` says.
    init(_ plan: TLSPlan, descriptor: Int32) throws(TransportError) {
        let session = unsafe try plan.context.makeSession()
        self.plan = plan
        unsafe self.session = session
        socket = TLSSocket(descriptor)
        // Holds: `session` is valid until deinit frees it, and is used by calls on this object alone.
        unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(self).toOpaque())
        guard unsafe socket.attach(to: session), nameServer() else {
            throw TransportError(.tlsFailed, during: "TLS set-up", OpenSSLErrors.takeText())
        }
        unsafe SSL_set_connect_state(session)
        offerSession()
    }

    deinit {
        unsafe SSL_free(session)
    }

    /// The session's object, from within a call for it.
    @unsafe static func of(_ session: OpaquePointer?) -> TLSSession? {
        // Holds: the object frees the session, so that it is alive in every call for it.
        guard let raw = unsafe SSL_get_ex_data(session, 0) else { return nil }
        return unsafe Unmanaged<TLSSession>.fromOpaque(raw).takeUnretainedValue()
    }

    /// Says whom the server has to prove to be.
    private func nameServer() -> Bool {
        let parameters = unsafe SSL_get0_param(session)
        ERR_clear_error()
        // Holds: what is given is copied by OpenSSL during the call.
        guard !plan.name.isAddress else {
            guard plan.accepted == nil else { return true }
            return unsafe X509_VERIFY_PARAM_set1_ip(parameters, plan.name.address, plan.name.address.count) == 1
        }
        let name = plan.name.text
        // No wildcard inside a label, and never the common name (RFC 9525 §6.3, §6.4).
        unsafe X509_VERIFY_PARAM_set_hostflags(
            parameters,
            UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS) | UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        // Where other names are accepted, they are looked for once the chain is verified.
        guard plan.accepted == nil else { return unsafe mailwire_SSL_set_tlsext_host_name(session, name) == 1 }
        // A literal address is no server name (RFC 6066 §3); a host is one whether it is verified or not.
        return unsafe X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count) == 1
            && mailwire_SSL_set_tlsext_host_name(session, name) == 1
    }

    // MARK: Life

    /// Goes on with the handshake.
    func handshake() -> Outcome {
        ERR_clear_error()
        socket.beginTurn()
        let code = unsafe SSL_do_handshake(session)
        guard code == 1 else {
            let outcome = outcome(code, during: "TLS handshake", isHandshake: true)
            if case .failed = outcome, let offered { plan.context.sessions?.remove(offered, for: plan.sessionKey) }
            return outcome
        }
        if let unwanted = unwantedProtocol { return .failed(unwanted) }
        return .done(0)
    }

    /// The loop's turn begins: the socket may have something again.
    func beginTurn() {
        socket.beginTurn()
    }

    /// Reads into `room`; `.done` has at least one octet.
    func read(into room: UnsafeMutableRawBufferPointer) -> Outcome {
        if let readingEnded { return .failed(readingEnded) }
        ERR_clear_error()
        var count = 0
        // Holds: the room is valid for its own count during the call.
        let code = unsafe SSL_read_ex(session, room.baseAddress, room.count, &count)
        guard code != 1 else { return .done(count) }
        let outcome = outcome(code, during: "receive", isHandshake: false)
        if case .failed(let error) = outcome { readingEnded = error }
        return outcome
    }

    /// Writes from the start of `octets`; `.done` has at least one octet.
    func write(_ octets: UnsafeRawBufferPointer) -> Outcome {
        ERR_clear_error()
        var count = 0
        // Holds: the octets are valid for their own count during the call.
        let code = unsafe SSL_write_ex(session, octets.baseAddress, octets.count, &count)
        return code == 1 ? .done(count) : outcome(code, during: "send", isHandshake: false)
    }

    /// Tells the peer that nothing more will be sent, where the socket takes it at once.
    func sendCloseNotify() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    // MARK: Failure

    private func outcome(_ code: Int32, during phase: String, isHandshake: Bool) -> Outcome {
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .endOfStream
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
            return .failed(
                socket.errorNumber == 0
                    ? .endedWithoutMark(during: phase) : TransportError(errno: socket.errorNumber, during: phase))
        default:
            let failure = failure(during: phase, isHandshake: isHandshake)
            // Of a fault in TLS itself nothing is said a second time, neither to readers nor to writers.
            readingEnded = readingEnded ?? failure
            return .failed(failure)
        }
    }

    private func failure(during phase: String, isHandshake: Bool) -> TransportError {
        let (code, text) = OpenSSLErrors.take()
        if let refusal { return refusal.error(for: plan.name, during: phase) }
        return TLSFailure(
            code: code, text: text, phase: phase, isHandshake: isHandshake, name: plan.name,
            owesCertificate: wasAskedForCertificate && plan.context.configuration.identity == nil
        ).error
    }

    /// The error where the server chose an application protocol that was not offered (RFC 7301 §3.2).
    private var unwantedProtocol: TransportError? {
        guard let chosen = applicationProtocol, !plan.context.configuration.applicationProtocols.contains(chosen) else {
            return nil
        }
        return TransportError(
            .noApplicationProtocol, during: "TLS handshake",
            "\(plan.name) chose the application protocol \(chosen.escapedForDisplay), which was not offered")
    }
}
