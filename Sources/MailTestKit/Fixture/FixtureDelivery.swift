/// A way of handing a server's octets to the engine.
public enum FixtureDelivery: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Each run of `S:` lines at once.
    case whole
    /// One octet at a time.
    case byteByByte = "byte"
    /// Each run at once but for one cut, and once for every place where the cut can be.
    case everySplit = "every-split"
    /// Over a loopback socket, to a client with its engine.
    case socket

    /// The word for it in a `# delivery:` header.
    public var description: String { rawValue }
}
