import Octets

/// Asks a SOCKS 4A proxy for a connection: SOCKS 4, and names behind an address that is none.
struct SOCKS4Engine: ProxyEngine {
    private enum State {
        case begin
        case reply
        case connected
    }

    var input = ReceiveBuffer()
    private let proxy: Proxy
    private let request: WireOctets
    private var state = State.begin
    private var hasEnded = false

    init(_ proxy: Proxy, _ target: HostName, _ port: UInt16) throws(TransportError) {
        self.proxy = proxy
        let user = Array((proxy.user ?? "").utf8)
        guard user.count <= 255, !user.contains(0) else {
            throw proxy.unsayable("the user must have at most 255 octets, and no NUL")
        }
        guard proxy.password == nil else { throw proxy.unsayable("there is no password in its protocol") }
        // VN, CD CONNECT, DSTPORT, DSTIP, USERID, NUL.
        var octets: [UInt8] = [4, 1, UInt8(port >> 8), UInt8(port & 0xFF)]
        switch target {
        case .literal(let address):
            guard let literal = address.address, literal.family == .ipv4 else {
                throw proxy.unsayable("there is no IPv6 address in its protocol")
            }
            octets += literal.octets + user + [0]
        case .name(let name):
            octets += [0, 0, 0, 1] + user + [0] + Array(name.utf8) + [0]
        }
        request = WireOctets(octets)
    }

    mutating func receiveEndOfStream() { hasEnded = true }

    mutating func step() throws(TransportError) -> EngineStep<ProxyEvent> {
        switch state {
        case .begin:
            state = .reply
            return .write(request)
        case .reply:
            // VN, CD, and six octets that mean nothing here. A refusal need not be whole.
            if input.count >= 2 {
                guard input.octets[0] == 0 else {
                    let octets = input.take(2)
                    throw proxy.failure(
                        .proxyProtocol, "it does not speak SOCKS 4 but began with \"\(EscapedOctets(octets.span))\"")
                }
                let code = input.octets[1]
                guard code == 90 else { throw refusal(code) }
            }
            guard input.count >= 8 else {
                guard !hasEnded else { throw proxy.failure(.closed, "it closed the connection before the reply") }
                return .needInput
            }
            input.consume(8)
            state = .connected
            return .event(.connected)
        case .connected:
            return .needInput
        }
    }

    private func refusal(_ code: UInt8) -> TransportError {
        let (kind, words): (TransportError.Kind, String) =
            switch code {
            case 91: (.proxyRefused, "request rejected or failed")
            case 92: (.proxyAuthenticationFailed, "it cannot connect to identd on this machine")
            case 93: (.proxyAuthenticationFailed, "identd on this machine names another user")
            default: (.proxyRefused, "unassigned reply")
            }
        return proxy.failure(kind, "it replied \(code), \(words)", code: Int(code))
    }
}
