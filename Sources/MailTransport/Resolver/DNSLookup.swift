import CGlibcExtras
import Glibc
import Octets

/// Asks DNS through the C library's resolver.
enum DNSLookup {
    /// What a question found.
    struct Answer: Sendable {
        /// The records of the kind asked for, aliases followed; none where the name has none.
        let records: [DNSRecord]
        /// Whether the answer is known to be verified by DNSSEC, by servers that may be believed.
        let isAuthenticated: Bool
    }

    /// The records of `kind` that `name` has. Blocks, by default for at most 20 seconds a name server.
    ///
    /// Each call has a state of its own, so that any thread may ask. An answer that was cut is asked for again over TCP.
    static func ask(
        _ name: DNSName, _ kind: DNSRecord.Kind, _ configuration: ResolverConfiguration
    ) -> Result<Answer, TransportError> {
        Result { () throws(TransportError) in
            let state = UnsafeMutablePointer<__res_state>.allocate(capacity: 1)
            defer { unsafe state.deallocate() }
            // Holds: the state is ours, stays where it is, and is opened before and closed after everything that uses it.
            guard unsafe mailwire_res_open(state) == 0 else { throw TransportError(errno: errno, during: "res_ninit") }
            defer { unsafe mailwire_res_close(state) }
            let mayTrust = unsafe try prepare(state, configuration)
            var octets = [UInt8](repeating: 0, count: 65_535)
            let host = "\(name)"
            // Holds: the name is NUL-terminated and the buffer as long as is said, during the call.
            let count = unsafe mailwire_res_query(state, host, Int32(kind.number), &octets, Int32(octets.count))
            let code = unsafe state.pointee.res_h_errno
            let subject = "\(kind) of \(host.escapedForDisplay)"
            guard count >= 0 else {
                if code == noData { return Answer(records: [], isAuthenticated: false) }
                throw failure(code, errno, octets, subject)
            }
            return try read(Array(octets.prefix(Int(count))), name, kind, mayTrust, subject)
        }
    }

    /// Sets servers and patience; whether a server's word on DNSSEC may be believed.
    @unsafe private static func prepare(
        _ state: UnsafeMutablePointer<__res_state>, _ configuration: ResolverConfiguration
    ) throws(TransportError) -> Bool {
        let trust = UInt(mailwire_RES_TRUSTAD)
        // Holds: the caller opened the state.
        guard !configuration.nameServers.isEmpty else { return unsafe state.pointee.options & trust != 0 }
        unsafe mailwire_res_clear_servers(state)
        for server in configuration.nameServers.prefix(maximumServers) {
            guard let address = try SocketAddress.literal(server.address, port: server.port) else {
                throw TransportError(.invalidEndpoint, during: "resolve", "\(server) is no address of a name server")
            }
            // Holds: the address lends its own octets for the call, which copies them.
            let isAdded = unsafe address.withSocketAddress { pointer, _ in
                unsafe mailwire_res_add_server(state, pointer)
            }
            guard isAdded == 1 else { throw TransportError(errno: ENOMEM, during: "resolve") }
        }
        unsafe state.pointee.retrans = Int32(min(max(configuration.timeout.components.seconds, 1), 30))
        unsafe state.pointee.retry = Int32(min(max(configuration.attempts, 1), 5))
        unsafe state.pointee.options &= ~trust
        if configuration.trustsAuthenticData { unsafe state.pointee.options |= trust }
        return configuration.trustsAuthenticData
    }

    private static func read(
        _ octets: [UInt8], _ name: DNSName, _ kind: DNSRecord.Kind, _ mayTrust: Bool, _ subject: String
    ) throws(TransportError) -> Answer {
        do throws(GrammarError) {
            let message = try DNSMessage(parsing: octets.span)
            return Answer(
                records: message.records(of: kind, for: name), isAuthenticated: mayTrust && message.isAuthenticated)
        } catch {
            throw TransportError(
                .resolutionFailed, during: "resolve", "\(subject): the answer is malformed: \(error.description)")
        }
    }

    private static func failure(
        _ code: Int32, _ errorNumber: Int32, _ octets: [UInt8], _ subject: String
    ) -> TransportError {
        guard code != hostNotFound else {
            return TransportError(.hostNotFound, during: "resolve", "\(subject): the name does not exist")
        }
        // The C library does not say which of several failures it was, but leaves the last answer where it was to be put.
        if octets[2] & 0x80 != 0, octets[3] & 0x0F != 0 {
            let answered = DNSMessage.ResponseCode(number: octets[3] & 0x0F)
            return TransportError(
                .resolutionFailed, during: "resolve", "\(subject): the name server answered \(answered)")
        }
        let reason =
            switch errorNumber {
            case ETIMEDOUT: "no name server answered"
            case 0: "no usable answer"
            default: TransportError.text(of: errorNumber)
            }
        return TransportError(.resolutionFailed, during: "resolve", "\(subject): \(reason)", errorNumber: errorNumber)
    }

    /// The C library has room for so many servers (MAXNS).
    private static let maximumServers = 3
    /// HOST_NOT_FOUND and NO_DATA of netdb.h.
    private static let hostNotFound: Int32 = 1
    private static let noData: Int32 = 4
}
