internal import COpenSSL
internal import Octets

/// Sees what a client's handshake says, and answers with what only callbacks can; one a session, confined to its thread.
@safe final class ServerHandshakeRecorder {
    /// What was seen so far.
    var seen = ServerHandshake()
    /// What the client sent until the handshake was complete, at most 64 KiB.
    private(set) var received: [UInt8] = []
    /// How many handshakes the client began.
    private(set) var hellos = 0

    private let settings: ServerTLSSettings
    /// The forced protocol, where OpenSSL can point to it: behind its length.
    private let forced: UnsafeMutableBufferPointer<UInt8>

    init(_ settings: ServerTLSSettings) {
        self.settings = settings
        let name = Array((settings.forcedApplicationProtocol ?? "").utf8)
        // Holds: freed in deinit alone.
        unsafe forced = .allocate(capacity: name.count)
        _ = unsafe forced.initialize(from: name)
    }

    deinit {
        unsafe forced.deallocate()
    }

    /// Sets up the callbacks of a context; its sessions must be given a recorder.
    static func install(in context: OpaquePointer?, _ settings: ServerTLSSettings) {
        // Holds: the callbacks find everything through the session they are called for.
        unsafe SSL_CTX_set_client_hello_cb(
            context,
            { session, alert, _ in
                guard let recorder = unsafe ServerHandshakeRecorder.of(session) else { return SSL_CLIENT_HELLO_SUCCESS }
                unsafe recorder.readHello(of: session)
                guard let sent = recorder.settings.alert else { return SSL_CLIENT_HELLO_SUCCESS }
                unsafe alert?.pointee = Int32(sent)
                return SSL_CLIENT_HELLO_ERROR
            }, nil)
        unsafe SSL_CTX_set_info_callback(context) { session, event, value in
            guard event & (SSL_CB_ALERT | SSL_CB_READ) == SSL_CB_ALERT | SSL_CB_READ,
                let recorder = unsafe ServerHandshakeRecorder.of(session)
            else { return }
            recorder.seen.alerts.append(Int(value & 0xFF))
        }
        if !settings.applicationProtocols.isEmpty || settings.forcedApplicationProtocol != nil {
            unsafe SSL_CTX_set_alpn_select_cb(
                context,
                { session, selected, count, offered, offeredCount, _ in
                    guard let recorder = unsafe ServerHandshakeRecorder.of(session), let offered = unsafe offered
                    else { return SSL_TLSEXT_ERR_NOACK }
                    let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
                    guard let choice = unsafe recorder.selectProtocol(from: list) else {
                        return SSL_TLSEXT_ERR_ALERT_FATAL
                    }
                    unsafe selected?.pointee = choice.baseAddress
                    unsafe count?.pointee = UInt8(truncatingIfNeeded: choice.count)
                    return SSL_TLSEXT_ERR_OK
                }, nil)
        }
        if settings.staple != nil {
            unsafe mailwire_SSL_CTX_set_staple_callback(context) { session, _ in
                guard let staple = unsafe ServerHandshakeRecorder.of(session)?.settings.staple,
                    unsafe mailwire_SSL_set_staple(session, staple, staple.count) == 1
                else { return SSL_TLSEXT_ERR_NOACK }
                return SSL_TLSEXT_ERR_OK
            }
        }
    }

    /// Makes this the recorder of `session`, which must not outlive it.
    @unsafe func attach(to session: OpaquePointer) {
        // Holds: the channel keeps session and recorder together.
        unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Keeps what comes through the way that a session reads from, which must not outlive this object either.
    @unsafe func listen(to way: OpaquePointer) {
        // Holds: as above.
        unsafe BIO_set_callback_arg(way, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_callback_ex(way) { way, operation, octets, _, _, _, code, count in
            guard operation == BIO_CB_READ | BIO_CB_RETURN, code > 0, let octets = unsafe octets,
                let raw = unsafe BIO_get_callback_arg(way), let count = unsafe count
            else { return Int(code) }
            let recorder = unsafe Unmanaged<ServerHandshakeRecorder>.fromOpaque(raw).takeUnretainedValue()
            if !recorder.seen.isComplete, recorder.received.count < 64 << 10 {
                // Holds: so many octets were read into room that OpenSSL lets callbacks change.
                let room = unsafe UnsafeMutableRawBufferPointer(
                    start: UnsafeMutableRawPointer(mutating: octets), count: count.pointee)
                unsafe recorder.received += Array(room)
                if recorder.settings.hidesTLS13FromItself { unsafe ServerHandshakeRecorder.hideTLS13(in: room) }
            }
            return Int(code)
        }
    }

    /// Makes the extension of TLS 1.3's version in a client's hello one that nobody knows (RFC 8446 §4.2.1, RFC 8701).
    @unsafe private static func hideTLS13(in room: UnsafeMutableRawBufferPointer) {
        for start in 0..<max(room.count - 7, 0) {
            // Type 43, its length, the length of its list, and the first version.
            let length = unsafe room[start + 3]
            guard unsafe room[start] == 0, unsafe room[start + 1] == 43, unsafe room[start + 2] == 0, length > 2,
                unsafe room[start + 4] == length - 1, unsafe room[start + 5] == 3, unsafe room[start + 6] == 4
            else { continue }
            unsafe room[start] = 0x0A
            unsafe room[start + 1] = 0x0A
            return
        }
    }

    private static func of(_ session: OpaquePointer?) -> ServerHandshakeRecorder? {
        // Holds: as above; the callbacks run inside calls for the session.
        guard let raw = unsafe SSL_get_ex_data(session, 0) else { return nil }
        return unsafe Unmanaged<ServerHandshakeRecorder>.fromOpaque(raw).takeUnretainedValue()
    }

    // MARK: The hello

    private func readHello(of session: OpaquePointer?) {
        hellos += 1
        var present: UnsafeMutablePointer<Int32>?
        var count = 0
        // Holds: the list is ours to free, behind the copy.
        if unsafe SSL_client_hello_get1_extensions_present(session, &present, &count) == 1 {
            seen.extensions = unsafe UnsafeBufferPointer(start: present, count: count).map { Int($0) }
            unsafe mailwire_OPENSSL_free(present)
        }
        // A list of names with lengths before it, each behind its length (RFC 7301 §3.1).
        seen.offeredProtocols = unsafe Self.protocols(in: content(of: 16, session).dropFirst(2))
        // ServerNameList: its length, the type 0, the name's length, the name (RFC 6066 §3).
        let name = unsafe content(of: 0, session)
        seen.serverName = name.count > 5 ? String(decoding: name[5...], as: UTF8.self) : nil
        var methods: UnsafePointer<UInt8>?
        let methodCount = unsafe SSL_client_hello_get0_compression_methods(session, &methods)
        // Method 0 is none at all.
        seen.offersCompression = unsafe UnsafeBufferPointer(start: methods, count: methodCount).contains { $0 != 0 }
        var identifier: UnsafePointer<UInt8>?
        let offersIdentifier = unsafe SSL_client_hello_get0_session_id(session, &identifier) > 0
        // Under TLS 1.3 an identifier means nothing (RFC 8446 Appendix D.4).
        let speaksTLS13 = seen.extensions.contains(43)
        let ticket = unsafe content(of: 35, session)
        seen.offeredSession =
            seen.extensions.contains(41) || !ticket.isEmpty || offersIdentifier && !speaksTLS13
    }

    private func content(of number: UInt32, _ session: OpaquePointer?) -> [UInt8] {
        var start: UnsafePointer<UInt8>?
        var count = 0
        // Holds: OpenSSL gives the extension with its length, alive during the callback.
        guard unsafe SSL_client_hello_get0_ext(session, number, &start, &count) == 1 else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    private static func protocols(in list: ArraySlice<UInt8>) -> [String] {
        var rest = list
        var names: [String] = []
        while let length = rest.popFirst() {
            names.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self))
            rest = rest.dropFirst(Int(length))
        }
        return names
    }

    /// What is selected of the client's list, within that list; nil for none in common.
    private func selectProtocol(from list: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        if unsafe !forced.isEmpty { return unsafe UnsafeBufferPointer(forced) }
        for wanted in settings.applicationProtocols {
            var index = 0
            while index < list.count {
                let length = unsafe Int(list[index])
                let end = min(index + 1 + length, list.count)
                // Holds: both bounds are within the list.
                let name = unsafe UnsafeBufferPointer(rebasing: list[(index + 1)..<end])
                if unsafe name.elementsEqual(wanted.utf8) { return unsafe name }
                index = end
            }
        }
        return nil
    }

    // MARK: The end

    /// The handshake came about: keeps what it agreed on.
    @unsafe func complete(_ session: OpaquePointer) {
        seen.isComplete = true
        // Holds: OpenSSL gives static texts, and what is copied here lives as long as the session.
        seen.version = unsafe String(cString: SSL_get_version(session))
        seen.cipher = unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(session)))
        seen.wasResumed = unsafe SSL_session_reused(session) == 1
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(session, &name, &count)
        if unsafe name != nil {
            seen.selectedProtocol = unsafe String(
                decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
        }
        if let certificate = unsafe SSL_get0_peer_certificate(session) {
            seen.clientCertificatePEM = try? unsafe MemoryBIO.text { unsafe PEM_write_bio_X509($0, certificate) }
        }
        let label = "EXPORTER-Channel-Binding"
        var exported = [UInt8](repeating: 0, count: 32)
        if unsafe SSL_export_keying_material(session, &exported, 32, label, label.utf8.count, nil, 0, 1) == 1 {
            seen.exporter = exported
        }
        var finished = [UInt8](repeating: 0, count: 64)
        // The client's comes first but in a resumed handshake.
        let length =
            seen.wasResumed
            ? unsafe SSL_get_finished(session, &finished, 64) : unsafe SSL_get_peer_finished(session, &finished, 64)
        seen.firstFinished = Array(finished.prefix(length))
    }
}
