import Octets

/// Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6, RFC 9112).
struct HTTPConnectEngine: ProxyEngine {
    private enum State {
        case begin
        case statusLine
        case fields
        case connected
    }

    /// What the answer's head said so far.
    private struct Head {
        var status = 0
        var reason = ""
        var schemes: [String] = []
    }

    var input = ReceiveBuffer()
    private let proxy: Proxy
    private let request: WireOctets
    private let isAuthorized: Bool
    private var state = State.begin
    private var head = Head()
    private var framer = LineFramer(limit: HTTPConnectEngine.maximumLine)
    private var lengthSoFar = 0
    private var hasEnded = false

    init(_ proxy: Proxy, _ target: HostName, _ port: UInt16) throws(TransportError) {
        self.proxy = proxy
        let authority: String
        switch target {
        case .literal(let address):
            guard let literal = address.address, literal.scope == 0 else {
                throw proxy.unsayable("the scope of \(address.host) means nothing to it")
            }
            authority = literal.family == .ipv4 ? "\(literal):\(port)" : "[\(literal)]:\(port)"
        case .name(let name):
            authority = "\(name):\(port)"
        }
        var octets = WireOctets("CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n")
        isAuthorized = proxy.user != nil
        if let user = proxy.user {
            octets.append("Proxy-Authorization: Basic ")
            octets.appendSecret(contentsOf: try Self.basic(proxy, user))
            octets.appendCRLF()
        }
        octets.appendCRLF()
        request = octets
    }

    mutating func receiveEndOfStream() { hasEnded = true }

    mutating func step() throws(TransportError) -> EngineStep<ProxyEvent> {
        switch state {
        case .begin:
            state = .statusLine
            return .write(request)
        case .connected:
            return .needInput
        case .statusLine, .fields:
            while let line = try nextLine() {
                if state == .statusLine {
                    try readStatus(line)
                    state = .fields
                } else if line.isEmpty {
                    if try headIsWhole() { return .event(.connected) }
                } else {
                    readField(line)
                }
            }
            guard !hasEnded else {
                throw proxy.failure(.closed, "it closed the connection before its answer was whole")
            }
            return .needInput
        }
    }

    /// The head ends here; whether the tunnel stands.
    private mutating func headIsWhole() throws(TransportError) -> Bool {
        switch head.status {
        // Another answer follows (RFC 9110 §15.2); but nothing was asked to be switched.
        case 100...199 where head.status != 101:
            state = .statusLine
            head = Head()
            return false
        // Content is not possible, whatever the fields say (§9.3.6): what follows comes from the server.
        case 200...299:
            state = .connected
            return true
        case 407:
            let schemes = head.schemes.isEmpty ? "" : " (\(head.schemes.joined(separator: ", ")))"
            let what = isAuthorized ? "it refused user and password" : "it demands authentication"
            throw proxy.failure(.proxyAuthenticationFailed, "\(what)\(schemes): \(answer)", code: 407)
        default:
            throw proxy.failure(.proxyRefused, "it answered \(answer)", code: head.status)
        }
    }

    private var answer: String { head.reason.isEmpty ? "\(head.status)" : "\(head.status) \(head.reason)" }

    private mutating func nextLine() throws(TransportError) -> [UInt8]? {
        let found: LineFrame?
        do throws(LineTooLong) {
            found = try framer.next(in: input)
        } catch {
            throw proxy.failure(.proxyProtocol, "a line of its answer has more than \(error.limit) octets")
        }
        guard let frame = found else { return nil }
        lengthSoFar += frame.length
        guard lengthSoFar <= Self.maximumHead else {
            throw proxy.failure(.proxyProtocol, "its answer has more than \(Self.maximumHead) octets of head")
        }
        return Array(input.take(frame.length).prefix(frame.contentLength))
    }

    /// status-line = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 §4); some leave the last space out.
    private mutating func readStatus(_ line: [UInt8]) throws(TransportError) {
        var cursor = OctetCursor(line.span)
        let isHTTP = cursor.skipIgnoringCase("HTTP/1.") && cursor.next()?.isDigit == true && cursor.skip(ASCII.space)
        let digits = line[cursor.takeRange { $0.isDigit }]
        let mayEnd = cursor.isAtEnd || cursor.peek == ASCII.space
        guard isHTTP, digits.count == 3, mayEnd else {
            throw proxy.failure(
                .proxyProtocol, "it does not speak HTTP but began with \"\(EscapedOctets(line.span, limit: 64))\"")
        }
        head.status = digits.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
        _ = cursor.skip(ASCII.space)
        head.reason = EscapedOctets(cursor.takeRest(), limit: 200).description
    }

    /// Of the fields, only who may ask is of interest (RFC 9110 §11.7.1).
    private mutating func readField(_ line: [UInt8]) {
        var cursor = OctetCursor(line.span)
        guard head.schemes.count < 8, cursor.skipIgnoringCase("Proxy-Authenticate:") else { return }
        _ = cursor.takeRange { $0.isWhiteSpace }
        let scheme = cursor.take { $0.isAlpha || $0.isDigit || $0 == ASCII.hyphen }
        if !scheme.isEmpty { head.schemes.append(String(decoding: scheme.extracting(0..<min(scheme.count, 40)))) }
    }

    private static func basic(_ proxy: Proxy, _ user: String) throws(TransportError) -> [UInt8] {
        let password = (proxy.password ?? Secret("")).withOctets { [UInt8](copying: $0) }
        guard !user.utf8.contains(where: { $0.isControl || $0 == UInt8(ascii: ":") }) else {
            throw proxy.unsayable("the user may have no colon and no control character (RFC 7617 §2)")
        }
        guard !password.contains(where: \.isControl) else {
            throw proxy.unsayable("the password may have no control character (RFC 7617 §2)")
        }
        let pair = Array(user.utf8) + [UInt8(ascii: ":")] + password
        guard pair.count <= maximumCredentials else {
            throw proxy.unsayable("user and password have more than \(maximumCredentials) octets")
        }
        return Base64.encode(pair.span)
    }

    /// Octets that a line of the answer's head may have.
    private static var maximumLine: Int { 8192 }
    /// Octets that all heads together may have, those of interim answers included.
    private static var maximumHead: Int { 65_536 }
    private static var maximumCredentials: Int { 4096 }
}
