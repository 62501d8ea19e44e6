internal import Octets

extension UInt8 {
    /// ATOM-CHAR of RFC 3501 §9: any CHAR but atom-specials.
    var isAtomCharacter: Bool {
        switch self {
        case 0x00...0x20, 0x7F...0xFF: false
        case 0x22, 0x25, 0x28, 0x29, 0x2A, 0x5C, 0x5D, 0x7B: false  // " % ( ) * \ ] {
        default: true
        }
    }

    /// ASTRING-CHAR of RFC 3501 §9: ATOM-CHAR or `]`.
    var isAStringCharacter: Bool { isAtomCharacter || self == 0x5D }

    /// An octet of an unquoted word in a response, read as widely as no delimiter is lost: servers send `[`, `*`, `%`
    /// and 8-bit octets in flags and names.
    var isResponseWordCharacter: Bool {
        switch self {
        case 0x00...0x20, 0x7F, 0x22, 0x28, 0x29, 0x7B: false  // CTL SP " ( ) {
        default: true
        }
    }

    /// An octet of a tag: ASTRING-CHAR except `+`.
    var isTagCharacter: Bool { isAStringCharacter && self != ASCII.plus }
}

extension String {
    /// Whether this is an atom of RFC 3501 §9.
    package var isAtom: Bool { !isEmpty && utf8.allSatisfy(\.isAtomCharacter) }
}
