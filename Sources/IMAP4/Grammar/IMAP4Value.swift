internal import Octets

/// A value of the general shape that all IMAP data has: what is read where we do not know the meaning.
public indirect enum IMAP4Value: Sendable, Hashable {
    /// NIL.
    case `nil`
    /// A word without quotes: an atom, a number, a flag, a set.
    case atom(IMAP4Text)
    /// A quoted string or literal.
    case string(IMAP4Text)
    /// Values in parentheses.
    case list([IMAP4Value])

    /// The value as a number; nil where it is none or does not fit.
    public var number: UInt64? {
        guard case .atom(let text) = self else { return nil }
        var cursor = OctetCursor(text.octets.span)
        guard let number = cursor.number(UInt64.self), cursor.isAtEnd else { return nil }
        return number
    }
}
