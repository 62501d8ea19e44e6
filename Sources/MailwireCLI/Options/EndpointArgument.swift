import ArgumentParser
import MailTransport

/// A server on the command line: `imaps://HOST[:PORT]` for TLS, `imap://…` for STARTTLS, `imap+plaintext://…` for neither.
struct EndpointArgument: ExpressibleByArgument, CustomStringConvertible {
    let scheme: String
    let endpoint: Endpoint

    init?(argument: String) {
        guard let separator = argument.firstRange(of: "://") else { return nil }
        scheme = argument[..<separator.lowerBound].lowercased()
        guard let security = Self.security(of: scheme) else { return nil }
        var rest = argument[separator.upperBound...]
        if rest.hasSuffix("/") { rest.removeLast() }
        guard let (host, port) = Self.hostAndPort(rest) else { return nil }
        endpoint = Endpoint(host: host, port: port, security: security)
    }

    /// The protocol's name without what says how it is secured: `smtp`, `imap` or `pop3`.
    var protocolName: String {
        let base = scheme.prefix { $0 != "+" }
        return base.hasSuffix("s") ? String(base.dropLast()) : String(base)
    }

    var description: String { "\(scheme)://\(endpoint)" }

    private static func security(of scheme: String) -> Endpoint.Security? {
        switch scheme {
        case "smtps", "imaps", "pop3s": .tls
        case "smtp", "imap", "pop3": .startTLS
        case "smtp+plaintext", "imap+plaintext", "pop3+plaintext": .plaintext
        default: nil
        }
    }

    private static func hostAndPort(_ text: Substring) -> (String, UInt16?)? {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            guard !host.contains(":") else { return nil }
        }
        guard !host.isEmpty else { return nil }
        guard let port else { return (String(host), nil) }
        guard let number = UInt16(port), number > 0 else { return nil }
        return (String(host), number)
    }
}
