/// The octets that mail grammars name, by the names RFC 5234 appendix B.1 gives them.
public enum ASCII {
    /// Horizontal tab.
    public static let htab: UInt8 = 0x09
    /// Line feed.
    public static let lf: UInt8 = 0x0A
    /// Carriage return.
    public static let cr: UInt8 = 0x0D
    /// Space.
    public static let space: UInt8 = 0x20
    /// `"`.
    public static let quote: UInt8 = 0x22
    /// `(`.
    public static let openParenthesis: UInt8 = 0x28
    /// `)`.
    public static let closeParenthesis: UInt8 = 0x29
    /// `*`.
    public static let asterisk: UInt8 = 0x2A
    /// `+`.
    public static let plus: UInt8 = 0x2B
    /// `-`.
    public static let hyphen: UInt8 = 0x2D
    /// `.`.
    public static let dot: UInt8 = 0x2E
    /// `\`.
    public static let backslash: UInt8 = 0x5C
    /// DEL.
    public static let delete: UInt8 = 0x7F
}

extension UInt8 {
    /// DIGIT of RFC 5234 appendix B.1.
    @inlinable public var isDigit: Bool { self &- 0x30 < 10 }

    /// ALPHA of RFC 5234 appendix B.1.
    @inlinable public var isAlpha: Bool { (self | 0x20) &- 0x61 < 26 }

    /// CTL of RFC 5234 appendix B.1: %x00-1F and %x7F.
    @inlinable public var isControl: Bool { self < 0x20 || self == 0x7F }

    /// WSP of RFC 5234 appendix B.1: space or horizontal tab.
    @inlinable public var isWhiteSpace: Bool { self == ASCII.space || self == ASCII.htab }

    /// The upper-case letter for an ASCII lower-case one; any other octet as it is.
    @inlinable public var uppercased: UInt8 { self &- 0x61 < 26 ? self & 0xDF : self }

    /// The lower-case letter for an ASCII upper-case one; any other octet as it is.
    @inlinable public var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit of either case; nil for any other octet.
    @inlinable public var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
