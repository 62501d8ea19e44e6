package import Octets

/// Why a response cannot be read.
package enum ResponseFault: Error, Sendable, Hashable {
    /// It does not follow the grammar.
    case malformed(GrammarError)
    /// It is larger than allowed.
    case tooLarge(IMAP4LimitExceeded)
}
