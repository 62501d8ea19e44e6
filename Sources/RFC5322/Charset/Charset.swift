internal import Octets

/// A charset by its name (RFC 2045 §5.1, RFC 2978): kept as it was written, compared by what it is an alias of.
public struct Charset: Sendable, Hashable, CustomStringConvertible {
    /// The name as it was written.
    public let rawName: String

    /// The name in lower case, of the charset that it is an alias of.
    public let canonicalName: String

    /// The charset named `name`, known or not.
    public init(_ name: String) {
        rawName = name
        let lower = name.lowercased()
        canonicalName = Self.aliases[lower] ?? lower
    }

    /// UTF-8 (RFC 3629).
    public static let utf8 = Charset("utf-8")
    /// US-ASCII (RFC 2046 §4.1.2).
    public static let usASCII = Charset("us-ascii")
    /// ISO-8859-1.
    public static let latin1 = Charset("iso-8859-1")
    /// Windows-1252.
    public static let windows1252 = Charset("windows-1252")

    /// The name as it was written.
    public var description: String { rawName }

    /// Whether both are the same charset.
    public static func == (left: Charset, right: Charset) -> Bool { left.canonicalName == right.canonicalName }

    /// Hashes what the name is an alias of.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }

    /// Text that was read out of octets.
    struct Decoded {
        var text: String
        /// The offset of the first octet that does not fit the charset; it, and every other such octet, became U+FFFD.
        var firstInvalid: Int?
    }

    /// The text of `octets`; nil where the charset is not known.
    func decode(_ octets: Span<UInt8>) -> Decoded? {
        switch canonicalName {
        case "utf-8": SingleOctetCharset.decodeUTF8(octets)
        case "us-ascii": SingleOctetCharset.decodeASCII(octets)
        case "iso-8859-1": SingleOctetCharset.decode(octets, upperHalf: nil)
        case "windows-1252": SingleOctetCharset.decode(octets, upperHalf: SingleOctetCharset.windows1252)
        default: IconvCharset.decode(octets, from: canonicalName)
        }
    }

    /// Names in mail that are not, or not under that name, known to iconv; and names whose senders mean a larger charset.
    private static let aliases: [String: String] = [
        "utf8": "utf-8", "x-utf-8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8mb4": "utf-8",
        "ascii": "us-ascii", "ansi_x3.4-1968": "us-ascii", "iso646-us": "us-ascii", "us": "us-ascii", "646": "us-ascii",
        "iso_646.irv:1991": "us-ascii", "csascii": "us-ascii",
        "latin1": "iso-8859-1", "latin-1": "iso-8859-1", "iso8859-1": "iso-8859-1", "iso_8859-1": "iso-8859-1",
        "iso_8859-1:1987": "iso-8859-1", "iso88591": "iso-8859-1", "iso-ir-100": "iso-8859-1", "l1": "iso-8859-1",
        "cp819": "iso-8859-1", "ibm819": "iso-8859-1",
        "cp1252": "windows-1252", "cp-1252": "windows-1252", "x-cp1252": "windows-1252", "win-1252": "windows-1252",
        "windows1252": "windows-1252",
        "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
        "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1253": "cp1253", "windows-1254": "cp1254",
        "windows-1255": "cp1255", "windows-1256": "cp1256", "windows-1257": "cp1257", "windows-1258": "cp1258",
        "windows-874": "cp874", "x-cp1250": "cp1250", "x-cp1251": "cp1251",
        "gb2312": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "gbk": "gb18030", "cp936": "gb18030",
        "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
        "windows-31j": "cp932",
        "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949", "euckr": "cp949",
        "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "x-mac-roman": "macintosh",
        "x-mac-cyrillic": "mac-cyrillic",
    ]
}
