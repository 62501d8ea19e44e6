extension FaultProxy {
    /// A server behind a proxy.
    public struct Target: Sendable, Hashable, CustomStringConvertible {
        enum Place: Hashable {
            case host(String, UInt16)
            case unixSocket(String)
        }

        let place: Place

        /// A server on 127.0.0.1.
        public static func port(_ port: UInt16) -> Target { host("127.0.0.1", port: port) }

        /// A server at a host name or a literal address without brackets. Names are resolved once, when the proxy starts; of
        /// several addresses the first that answers is taken, for each connection anew.
        public static func host(_ host: String, port: UInt16) -> Target { Target(place: .host(host, port)) }

        /// A server on a Unix-domain socket.
        public static func unixSocket(_ path: String) -> Target { Target(place: .unixSocket(path)) }

        /// `host:port` or the path.
        public var description: String {
            switch place {
            case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unixSocket(let path): path
            }
        }

        /// The name that the server proves by itself: its host, `localhost` on a Unix-domain socket.
        var host: String {
            switch place {
            case .host(let host, _): host
            case .unixSocket: "localhost"
            }
        }

        /// Where to connect to; waits for names.
        func addresses() throws(FaultProxyError) -> [ProxyAddress] {
            switch place {
            case .host(let host, let port): try ProxyAddress.resolve(host, port: port, toListen: false)
            case .unixSocket(let path): [try ProxyAddress(unixSocket: path)]
            }
        }
    }
}
