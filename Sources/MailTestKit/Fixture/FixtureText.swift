public import Octets

/// The text of a step with its escapes undone: octets, some of them marked secret, and the names of captures.
public struct FixtureText: Sendable, Hashable, CustomStringConvertible {
    /// A part of the text.
    public enum Piece: Sendable, Hashable {
        /// Octets as they stand.
        case octets([UInt8], isSecret: Bool)
        /// `${name}`: an atom that a `C:` line captured, or captures here.
        case capture(String, isSecret: Bool)
    }

    /// The parts in order; neighbouring octets of one kind are one part.
    public private(set) var pieces: [Piece] = []

    /// How many octets there are, each capture counted as one.
    public private(set) var count = 0

    /// The text without any octet.
    public init() {}

    /// Octets of which none is secret.
    public init(_ octets: [UInt8]) {
        append(octets, isSecret: false)
    }

    mutating func append(_ octets: [UInt8], isSecret: Bool) {
        guard !octets.isEmpty else { return }
        count += octets.count
        let last = pieces.count - 1
        guard last >= 0, case .octets(var grown, isSecret) = pieces[last] else {
            return pieces.append(.octets(octets, isSecret: isSecret))
        }
        // Taken out before it grows, so that growing does not copy it.
        pieces[last] = .octets([], isSecret: isSecret)
        grown.append(contentsOf: octets)
        pieces[last] = .octets(grown, isSecret: isSecret)
    }

    mutating func append(capture name: String, isSecret: Bool) {
        count += 1
        pieces.append(.capture(name, isSecret: isSecret))
    }

    mutating func append(_ text: FixtureText, times: Int = 1) {
        guard text.count > 0 else { return }
        if text.pieces.count == 1, case .octets(let octets, let isSecret) = text.pieces[0] {
            let run =
                octets.count == 1
                ? [UInt8](repeating: octets[0], count: times) : Array(repeatElement(octets, count: times).joined())
            return append(run, isSecret: isSecret)
        }
        for _ in 0..<times { appendPieces(of: text) }
    }

    private mutating func appendPieces(of text: FixtureText) {
        for piece in text.pieces {
            switch piece {
            case .octets(let octets, let isSecret): append(octets, isSecret: isSecret)
            case .capture(let name, let isSecret): append(capture: name, isSecret: isSecret)
            }
        }
    }

    /// The octets with `captures` put in; a name that was not captured gives none.
    public func octets(_ captures: FixtureCaptures) -> [UInt8] {
        if pieces.count == 1, case .octets(let octets, _) = pieces[0] { return octets }
        return wireOctets(captures).octets
    }

    /// The same as `octets(_:)`, with what is marked as secret known to be so.
    public func wireOctets(_ captures: FixtureCaptures) -> WireOctets {
        var wire = WireOctets()
        for piece in pieces {
            switch piece {
            case .octets(let octets, isSecret: false): wire.append(contentsOf: octets)
            case .octets(let octets, isSecret: true): wire.appendSecret(contentsOf: octets)
            case .capture(let name, isSecret: false): wire.append(contentsOf: captures[name] ?? [])
            case .capture(let name, isSecret: true): wire.appendSecret(contentsOf: captures[name] ?? [])
            }
        }
        return wire
    }

    /// The text in the notation of fixtures.
    public var description: String {
        pieces.map { piece in
            let (shown, isSecret) =
                switch piece {
                case .octets(let octets, let isSecret): (FixtureNotation.escaped(octets.span), isSecret)
                case .capture(let name, let isSecret): ("${\(name)}", isSecret)
                }
            return isSecret ? "{secret:\(shown)}" : shown
        }.joined()
    }
}
