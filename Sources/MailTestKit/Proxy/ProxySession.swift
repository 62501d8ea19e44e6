internal import Glibc
internal import MailTransport
internal import Octets

/// One client of a scripted proxy, on a thread of its own.
struct ProxySession {
    private struct Ended: Error {}

    private let client: ServerChannel
    private let descriptor: Int32
    private let kind: MailTransport.Proxy.Kind
    private let behaviour: ScriptedProxy.Behaviour
    private let stop: Deadline.Stop
    private let note: (ScriptedProxy.Request) -> Void
    private var received = ReceiveBuffer()

    init(
        _ descriptor: Int32, _ kind: MailTransport.Proxy.Kind, _ behaviour: ScriptedProxy.Behaviour,
        _ stop: Deadline.Stop,
        _ note: @escaping (ScriptedProxy.Request) -> Void
    ) {
        client = ServerChannel(descriptor)
        self.descriptor = descriptor
        self.kind = kind
        self.behaviour = behaviour
        self.stop = stop
        self.note = note
    }

    mutating func run() {
        do {
            let request =
                switch kind {
                case .socks5: try socks5()
                case .socks4a: try socks4()
                case .httpConnect: try http()
                }
            note(request)
            if behaviour.isSilent { return awaitEnd() }
            if let reply = behaviour.reply {
                try say(reply)
                client.endWriting()
                return awaitEnd()
            }
            guard let server = connect(to: request) else {
                try say(failure)
                client.endWriting()
                return awaitEnd()
            }
            try forward(to: ServerChannel(server), server)
        } catch {
            client.endWriting()
        }
    }

    // MARK: SOCKS 5 (RFC 1928, RFC 1929)

    private mutating func socks5() throws(Ended) -> ScriptedProxy.Request {
        let head = try take(2)
        let methods = try take(Int(head[1]))
        let wanted: UInt8 = behaviour.user == nil ? 0 : 2
        guard methods.contains(wanted) else {
            try say([5, 0xFF])
            throw Ended()
        }
        try say([5, wanted])
        var user: String?
        if wanted == 2 {
            let name = String(decoding: try take(Int(try take(2)[1])), as: UTF8.self)
            let password = String(decoding: try take(Int(try take(1)[0])), as: UTF8.self)
            guard name == behaviour.user, password == behaviour.password else {
                try say([1, 1])
                throw Ended()
            }
            try say([1, 0])
            user = name
        }
        let type = try take(4)[3]
        let host: String
        switch type {
        case 1, 4: host = IPAddress(octets: try take(type == 1 ? 4 : 16))?.description ?? ""
        default: host = String(decoding: try take(Int(try take(1)[0])), as: UTF8.self)
        }
        return ScriptedProxy.Request(host: host, port: try takePort(), user: user, isName: type == 3)
    }

    // MARK: SOCKS 4A

    private mutating func socks4() throws(Ended) -> ScriptedProxy.Request {
        _ = try take(2)
        let port = try takePort()
        let address = try take(4)
        let user = String(decoding: try takeUntil([0]), as: UTF8.self)
        let isName = address[..<3] == [0, 0, 0] && address[3] != 0
        let host =
            isName
            ? String(decoding: try takeUntil([0]), as: UTF8.self) : IPAddress(octets: address)?.description ?? ""
        if let wanted = behaviour.user, wanted != user {
            try say([0, 93, 0, 0, 0, 0, 0, 0])
            throw Ended()
        }
        return ScriptedProxy.Request(host: host, port: port, user: user, isName: isName)
    }

    // MARK: HTTP (RFC 9110 §9.3.6)

    private mutating func http() throws(Ended) -> ScriptedProxy.Request {
        let head = String(decoding: try takeUntil(Array("\r\n\r\n".utf8)), as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        let target = words.count == 3 ? words[1] : ""
        let authority = target.split(separator: ":").last.flatMap { UInt16($0) }
        guard words.first == "CONNECT", words.last == "HTTP/1.1", let port = authority,
            lines.contains("Host: \(target)")
        else {
            try say(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            throw Ended()
        }
        if let user = behaviour.user {
            let pair = Base64.encode(Array("\(user):\(behaviour.password)".utf8).span)
            guard lines.contains("Proxy-Authorization: Basic \(String(decoding: pair, as: UTF8.self))") else {
                try say(
                    Array(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n\r\n"
                            .utf8))
                throw Ended()
            }
        }
        let host = target.dropLast("\(port)".utf8.count + 1)
        let literal = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
        return ScriptedProxy.Request(
            host: literal, port: port, user: behaviour.user, isName: IPAddress(literal) == nil)
    }

    private var success: [UInt8] {
        switch kind {
        case .socks5: [5, 0, 0, 1, 127, 0, 0, 1, 0, 0]
        case .socks4a: [0, 90, 0, 0, 0, 0, 0, 0]
        case .httpConnect:
            Array("\(behaviour.preamble)HTTP/1.1 200 Connection established\r\n\(behaviour.fields)\r\n".utf8)
        }
    }

    private var failure: [UInt8] {
        switch kind {
        case .socks5: [5, 5, 0, 1, 0, 0, 0, 0, 0, 0]
        case .socks4a: [0, 91, 0, 0, 0, 0, 0, 0]
        case .httpConnect: Array("HTTP/1.1 502 Bad Gateway\r\n\r\n".utf8)
        }
    }

    // MARK: The server

    private func connect(to request: ScriptedProxy.Request) -> Int32? {
        let host = behaviour.hosts[request.host.lowercased()] ?? request.host
        guard let ip = IPAddress(host), let address = SocketAddress(ip, port: request.port) else { return nil }
        let number = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return nil }
        guard address.connect(number) else {
            close(number)
            return nil
        }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        return number
    }

    /// Carries octets both ways until both sides have ended theirs.
    private mutating func forward(to server: ServerChannel, _ serverDescriptor: Int32) throws(Ended) {
        var greeting: [UInt8] = []
        if behaviour.joinsReplyAndServer, case .octets(let octets) = server.read(until: limit) { greeting = octets }
        try say(success + greeting)
        if !received.isEmpty, server.write(received.take(.max), until: limit) != nil { throw Ended() }
        let ends = [
            (source: client, number: descriptor, sink: server),
            (source: server, number: serverDescriptor, sink: client),
        ]
        var isOpen = [true, true]
        while !stop.isSet, isOpen.contains(true) {
            for (index, end) in ends.enumerated() where isOpen[index] {
                switch end.source.readNow() {
                case .octets(let octets):
                    guard end.sink.write(octets, until: limit) == nil else { throw Ended() }
                case .end(.reset):
                    end.sink.reset()
                    throw Ended()
                case .end, .failed, .timedOut:
                    end.sink.endWriting()
                    isOpen[index] = false
                case nil: break
                }
            }
            wait(for: ends.indices.filter { isOpen[$0] }.map { ends[$0].number })
        }
    }

    /// Waits a moment, or until one of the descriptors has something to read.
    private func wait(for descriptors: [Int32]) {
        var watched = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Holds: as many structures as is said, which outlive the call.
        _ = unsafe poll(&watched, nfds_t(watched.count), 50)
    }

    private func awaitEnd() {
        while case .octets = client.read(until: limit) {}
    }

    // MARK: The client's octets

    private var limit: Deadline { Deadline(in: .seconds(60), stop) }

    private func say(_ octets: [UInt8]) throws(Ended) {
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = rest.prefix(behaviour.octetsAtOnce)
            guard client.write(Array(piece), until: limit) == nil else { throw Ended() }
            rest = rest.dropFirst(piece.count)
            // Each piece is to arrive alone.
            if !rest.isEmpty { usleep(1000) }
        }
    }

    private mutating func take(_ count: Int) throws(Ended) -> [UInt8] {
        while received.count < count { try receive() }
        return received.take(count)
    }

    private mutating func takePort() throws(Ended) -> UInt16 {
        let octets = try take(2)
        return UInt16(octets[0]) << 8 | UInt16(octets[1])
    }

    /// What stands before `end`, which is taken too.
    private mutating func takeUntil(_ end: [UInt8]) throws(Ended) -> [UInt8] {
        var taken: [UInt8] = []
        while !taken.suffix(end.count).elementsEqual(end) { taken += try take(1) }
        return taken.dropLast(end.count)
    }

    private mutating func receive() throws(Ended) {
        guard case .octets(let octets) = client.read(until: limit) else { throw Ended() }
        received.append(octets.span)
    }
}
