/// How one play cuts the server's octets.
enum ServerDelivery: Sendable {
    /// Each run in one piece.
    case whole
    /// Each octet by itself.
    case byteByByte
    /// Each run in one piece, but cut at this offset, counted over all runs.
    case cut(at: Int)

    /// Where the pieces of a run of `count` octets end, when so many octets went before it.
    func ends(of count: Int, behind delivered: Int) -> [Int] {
        switch self {
        case .whole: return [count]
        case .byteByByte: return Array(1..<(count + 1))
        case .cut(let offset):
            let inside = offset - delivered
            return inside > 0 && inside < count ? [inside, count] : [count]
        }
    }

    /// What a message says of it.
    var note: String {
        switch self {
        case .whole: ""
        case .byteByByte: " (delivered byte by byte)"
        case .cut(let offset): " (cut after octet \(offset) of the server)"
        }
    }
}
