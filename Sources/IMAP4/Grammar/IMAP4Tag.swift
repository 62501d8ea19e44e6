internal import Octets

/// The name a client gives a command, so that its completion is recognised (RFC 3501 §2.2.1).
public struct IMAP4Tag: Sendable, Hashable, CustomStringConvertible {
    /// The tag as it goes on the wire.
    public let rawValue: String

    /// A tag; nil unless `rawValue` is `1*<any ASTRING-CHAR except "+">`.
    public init?(_ rawValue: String) {
        guard !rawValue.isEmpty, rawValue.utf8.allSatisfy(\.isTagCharacter) else { return nil }
        self.rawValue = rawValue
    }

    /// The tag as it goes on the wire.
    public var description: String { rawValue }
}

/// The tags of one connection: the same unguessable letters in front of a running number.
///
/// A message that a server hands out cannot hold a line that ends one of our commands, since whoever wrote it could
/// not know the 64 random bits.
package struct TagSequence: Sendable {
    private let prefix: String
    private var count: UInt64 = 0

    /// Tags that begin with the base-32 form of `seed`, a letter first, since some servers want one.
    package init(seed: UInt64 = .random(in: .min ... .max)) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var letters = [alphabet[Int(seed >> 60)]]
        for step in 1...12 { letters.append(alphabet[Int(seed >> UInt64(60 - 5 * step) & 0x1F)]) }
        prefix = String(decoding: letters, as: UTF8.self)
    }

    /// The next tag, never given before.
    package mutating func next() -> IMAP4Tag {
        count &+= 1
        // Letters and digits only, so the tag always exists; the fallback keeps this free of traps.
        return IMAP4Tag(prefix + String(count)) ?? TagSequence.fallback
    }

    private static let fallback = IMAP4Tag(unchecked: "a")
}

extension IMAP4Tag {
    fileprivate init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }
}
