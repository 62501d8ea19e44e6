public import Octets

/// An address as the envelope carries it: `Local-part "@" ( Domain / address-literal )` (RFC 5321 §4.1.2).
///
/// The text is kept as given, a quoted local part included; nothing is folded, since only the server that holds the
/// mailbox may say whether case or quoting matter.
public struct SMTPMailbox: Sendable, Hashable, CustomStringConvertible {
    /// The local part as given, with its quotes where it has them.
    public let localPart: String
    /// The domain, or the address literal with its brackets.
    public let domain: String

    /// Whether it can only be sent under SMTPUTF8 (RFC 6531).
    public let needsSMTPUTF8: Bool

    /// The mailbox written in `text`, without angle brackets.
    ///
    /// - Throws: where `text` is not a mailbox, so also for CR, LF, NUL and any other control character in it.
    public init(_ text: String) throws(GrammarError) {
        let octets = Array(text.utf8)
        var cursor = OctetCursor(octets.span)
        try Self.localPart(&cursor)
        let at = cursor.position
        guard cursor.skip(0x40) else { throw GrammarError(rule: "Mailbox", offset: at, in: octets.span) }
        if cursor.peek == 0x5B {
            try AddressLiteral.addressLiteral(&cursor)
        } else {
            try DomainName.domain(&cursor)
        }
        guard cursor.isAtEnd else { throw GrammarError(rule: "Mailbox", offset: cursor.position, in: octets.span) }
        localPart = String(decoding: octets.span.extracting(0..<at))
        domain = String(decoding: octets.span.extracting((at + 1)..<octets.count))
        needsSMTPUTF8 = octets.contains { $0 >= 0x80 }
    }

    /// As it is sent, without angle brackets.
    public var description: String { "\(localPart)@\(domain)" }

    /// ```
    /// Local-part    = Dot-string / Quoted-string
    /// Dot-string    = Atom *("." Atom)
    /// Quoted-string = DQUOTE *QcontentSMTP DQUOTE
    /// ```
    private static func localPart(_ cursor: inout OctetCursor) throws(GrammarError) {
        if cursor.skip(ASCII.quote) { return try quotedString(&cursor) }
        repeat {
            let atom = cursor.takeRange(while: isAtext)
            if atom.isEmpty { throw GrammarError(rule: "Local-part", offset: atom.lowerBound, in: cursor.octets) }
        } while cursor.skip(ASCII.dot)
    }

    /// What stands behind the opening quote, with the closing one.
    ///
    /// ```
    /// QcontentSMTP    = qtextSMTP / quoted-pairSMTP
    /// quoted-pairSMTP = %d92 %d32-126
    /// qtextSMTP       = %d32-33 / %d35-91 / %d93-126 / UTF8-non-ascii      ; RFC 6531 §3.3
    /// ```
    private static func quotedString(_ cursor: inout OctetCursor) throws(GrammarError) {
        while let octet = cursor.peek {
            if octet == ASCII.quote {
                _ = cursor.next()
                return
            }
            if octet.isControl { break }
            if octet == ASCII.backslash {
                guard let escaped = cursor.peek(ahead: 1), (32...126).contains(escaped) else { break }
                _ = cursor.next()
            }
            _ = cursor.next()
        }
        throw GrammarError(rule: "Quoted-string", offset: cursor.position, in: cursor.octets)
    }

    /// `atext` of RFC 5322 §3.2.3, with UTF8-non-ascii (RFC 6531 §3.3).
    private static func isAtext(_ octet: UInt8) -> Bool {
        if octet.isAlpha || octet.isDigit || octet >= 0x80 { return true }
        return switch octet {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
