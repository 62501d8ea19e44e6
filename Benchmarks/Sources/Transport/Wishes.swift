import MailTransport

/// What the command line said.
struct Wishes: Sendable {
    struct Unknown: Error {
        let word: String
    }

    let mode: String
    let port: UInt16
    let count: Int
    private var options: [String: String] = [:]

    init(_ arguments: [String]) throws {
        guard arguments.count >= 4, let port = UInt16(arguments[2]), let count = Int(arguments[3]) else {
            throw Unknown(word: arguments.dropFirst().joined(separator: " "))
        }
        mode = arguments[1]
        self.port = port
        self.count = count
        var rest = arguments.dropFirst(4)
        while let name = rest.popFirst(), let value = rest.popFirst() { options[name] = value }
    }

    /// The value of `--name`.
    subscript(_ name: String) -> String? { options["--\(name)"] }

    /// The peer at `port`, over TLS where roots were given.
    func endpoint(port: UInt16? = nil) -> Endpoint {
        let port = port ?? self.port
        return self["tls"] == nil ? .plaintext("127.0.0.1", port: port) : .tls("127.0.0.1", port: port)
    }

    /// The defaults, but for whom to trust.
    var configuration: TransportConfiguration {
        var configuration = TransportConfiguration()
        if let roots = self["tls"] {
            configuration.tls.roots = .file(roots)
            configuration.tls.serverName = "localhost"
        }
        return configuration
    }
}
