import Octets

/// Asks a SOCKS 5 proxy for a connection (RFC 1928, RFC 1929).
struct SOCKS5Engine: ProxyEngine {
    private enum State {
        case begin
        case method
        case authentication
        case reply
        case connected
    }

    var input = ReceiveBuffer()
    private let proxy: Proxy
    private let request: WireOctets
    /// The message of RFC 1929 §2; nil without a user.
    private let credentials: WireOctets?
    private var state = State.begin
    private var hasEnded = false

    init(_ proxy: Proxy, _ target: HostName, _ port: UInt16) throws(TransportError) {
        self.proxy = proxy
        request = try Self.request(proxy, target, port)
        credentials = try Self.credentials(proxy)
    }

    mutating func receiveEndOfStream() { hasEnded = true }

    mutating func step() throws(TransportError) -> EngineStep<ProxyEvent> {
        switch state {
        case .begin:
            state = .method
            // VER, NMETHODS, METHODS: none, and user and password where there are any (§3).
            return .write(WireOctets(credentials == nil ? [5, 1, 0] : [5, 2, 0, 2]))
        case .method:
            guard let answer = try take(2, "the choice of a method") else { return .needInput }
            guard answer[0] == 5 else { throw alien(answer) }
            switch (answer[1], credentials) {
            case (0, _):
                state = .reply
                return .write(request)
            case (2, let credentials?):
                state = .authentication
                return .write(credentials)
            case (0xFF, nil):
                throw proxy.failure(.proxyAuthenticationFailed, "it demands authentication", code: 0xFF)
            case (0xFF, _):
                throw proxy.failure(
                    .proxyAuthenticationFailed, "it accepts neither user and password nor none", code: 0xFF)
            default:
                throw proxy.failure(.proxyProtocol, "it chose method \(answer[1]), which was not offered")
            }
        case .authentication:
            guard let answer = try take(2, "the answer to user and password") else { return .needInput }
            guard answer[0] == 1 else { throw alien(answer) }
            guard answer[1] == 0 else {
                throw proxy.failure(
                    .proxyAuthenticationFailed, "it refused user and password", code: Int(answer[1]))
            }
            state = .reply
            return .write(request)
        case .reply:
            return try reply()
        case .connected:
            return .needInput
        }
    }

    private mutating func reply() throws(TransportError) -> EngineStep<ProxyEvent> {
        // VER, REP, RSV, ATYP, BND.ADDR, BND.PORT (§6). A refusal need not be whole: some proxies close at once.
        if input.count >= 2 {
            guard input.octets[0] == 5 else { throw alien(input.take(2)) }
            let code = input.octets[1]
            guard code == 0 else { throw refusal(code) }
        }
        guard input.count >= 5 else { return try wait("the reply") }
        let length: Int
        switch input.octets[3] {
        case 1: length = 4 + 4 + 2
        case 3: length = 4 + 1 + Int(input.octets[4]) + 2
        case 4: length = 4 + 16 + 2
        case let kind: throw proxy.failure(.proxyProtocol, "its reply has an address of unknown type \(kind)")
        }
        guard try take(length, "the reply") != nil else { return .needInput }
        state = .connected
        return .event(.connected)
    }

    /// Takes so many octets; nil where they are not there yet.
    private mutating func take(_ count: Int, _ what: String) throws(TransportError) -> [UInt8]? {
        guard input.count >= count else {
            _ = try wait(what)
            return nil
        }
        return input.take(count)
    }

    private func wait(_ what: String) throws(TransportError) -> EngineStep<ProxyEvent> {
        guard !hasEnded else { throw proxy.failure(.closed, "it closed the connection before \(what)") }
        return .needInput
    }

    private func alien(_ octets: [UInt8]) -> TransportError {
        proxy.failure(.proxyProtocol, "it does not speak SOCKS 5 but began with \"\(EscapedOctets(octets.span))\"")
    }

    /// What a reply code says (RFC 1928 §6).
    private func refusal(_ code: UInt8) -> TransportError {
        let (kind, words): (TransportError.Kind, String) =
            switch code {
            case 1: (.proxyRefused, "general SOCKS server failure")
            case 2: (.proxyRefused, "connection not allowed by ruleset")
            case 3: (.unreachable, "network unreachable")
            case 4: (.unreachable, "host unreachable")
            case 5: (.connectionRefused, "connection refused")
            case 6: (.unreachable, "TTL expired")
            case 7: (.proxyRefused, "command not supported")
            case 8: (.proxyRefused, "address type not supported")
            default: (.proxyRefused, "unassigned reply")
            }
        return proxy.failure(kind, "it replied \(code), \(words)", code: Int(code))
    }

    private static func request(
        _ proxy: Proxy, _ target: HostName, _ port: UInt16
    ) throws(TransportError) -> WireOctets {
        // VER, CMD CONNECT, RSV, ATYP, DST.ADDR, DST.PORT (§4).
        var octets: [UInt8] = [5, 1, 0]
        switch target {
        case .literal(let address):
            guard let literal = address.address, literal.scope == 0 else {
                throw proxy.unsayable("the scope of \(address.host) means nothing to it")
            }
            octets += [literal.family == .ipv4 ? 1 : 4] + literal.octets
        case .name(let name):
            // A host name has at most 253 octets.
            octets += [3, UInt8(truncatingIfNeeded: name.utf8.count)] + Array(name.utf8)
        }
        return WireOctets(octets + [UInt8(port >> 8), UInt8(port & 0xFF)])
    }

    private static func credentials(_ proxy: Proxy) throws(TransportError) -> WireOctets? {
        guard let user = proxy.user else { return nil }
        let password = proxy.password ?? Secret("")
        let length = password.count
        guard (1...255).contains(user.utf8.count) else { throw proxy.unsayable("the user must have 1 to 255 octets") }
        guard (1...255).contains(length) else { throw proxy.unsayable("the password must have 1 to 255 octets") }
        var octets = WireOctets([1, UInt8(user.utf8.count)])
        octets.append(user)
        octets.append(UInt8(length))
        octets.appendSecret(password)
        return octets
    }
}
