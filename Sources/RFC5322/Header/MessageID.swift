internal import Octets

/// `msg-id = "<" id-left "@" id-right ">"` (RFC 5322 §3.6.4), without its angle brackets.
public struct MessageID: Sendable, Hashable, CustomStringConvertible {
    /// The identifier without angle brackets.
    public let value: String

    /// The identifier that `text` spells, with or without angle brackets.
    ///
    /// - Throws: `forbiddenCharacter` for CR, LF or NUL; `invalidMessageID` unless it is printable text without white space
    ///   and angle brackets, has a `@`, and is at most 900 octets long.
    public init(_ text: String) throws(RFC5322Error) {
        guard !text.utf8.contains(where: { $0 == ASCII.cr || $0 == ASCII.lf || $0 == 0 }) else {
            throw RFC5322Error(.forbiddenCharacter, "a message identifier cannot hold CR, LF or NUL")
        }
        let inner = text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
        guard inner.utf8.contains(UInt8(ascii: "@")), inner.utf8.count <= 900, let id = MessageID(reading: inner) else {
            throw RFC5322Error(.invalidMessageID, "\"\(text.escapedForDisplay)\" is not a message identifier")
        }
        self = id
    }

    /// An identifier that was read; nil where it could not be written again.
    init?(reading text: String) {
        let isSound = text.unicodeScalars.allSatisfy { scalar in
            !scalar.isControl && scalar != " " && scalar != "<" && scalar != ">"
        }
        guard isSound, !text.isEmpty else { return nil }
        value = text
    }

    /// A new identifier that cannot be guessed: 128 random bits of the system, at `domain`.
    ///
    /// - Parameter domain: what makes the identifier the sender's own; the sender's host or mail domain.
    /// - Throws: `forbiddenCharacter` or `invalidMessageID` for a domain that cannot stand in an identifier.
    public static func unique(domain: String) throws(RFC5322Error) -> MessageID {
        var generator = SystemRandomNumberGenerator()
        return try unique(domain: domain, using: &generator)
    }

    static func unique(domain: String, using generator: inout some RandomNumberGenerator) throws(RFC5322Error)
        -> MessageID
    {
        guard !domain.isEmpty else { throw RFC5322Error(.invalidMessageID, "a message identifier needs a domain") }
        return try MessageID("\(RandomToken.make(using: &generator))@\(domain)")
    }

    /// The identifier in angle brackets.
    public var description: String { "<\(value)>" }
}

/// Letters and digits that cannot be guessed.
enum RandomToken {
    /// 128 random bits in 26 lower-case letters and digits.
    static func make(using generator: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var token: [UInt8] = []
        for _ in 0..<2 {
            var bits: UInt64 = generator.next()
            for _ in 0..<13 {
                token.append(alphabet[Int(bits & 31)])
                bits >>= 5
            }
        }
        return String(decoding: token, as: UTF8.self)
    }
}
