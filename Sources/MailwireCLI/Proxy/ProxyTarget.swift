import ArgumentParser
import MailTestKit
import Octets

/// A server as the proxy's command line names it.
enum ProxyTarget {
    /// `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`.
    static func parse(_ text: String) throws -> FaultProxy.Target {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty else { throw ValidationError("there is no path behind unix:") }
            return .unixSocket(path)
        }
        guard let colon = text.lastIndex(of: ":") else { throw ValidationError("there is no port; write HOST:PORT") }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits), port > 0 else {
            throw ValidationError("a port is a number from 1 to 65535")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw ValidationError("an IPv6 address stands in brackets: [ADDRESS]:PORT")
        }
        guard !host.isEmpty else { throw ValidationError("there is no host; write HOST:PORT") }
        return .host(String(host), port: port)
    }
}
