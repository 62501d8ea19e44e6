public import Octets

/// A parameter behind the path of MAIL or RCPT (RFC 5321 §4.1.2).
///
/// ```
/// esmtp-param   = esmtp-keyword ["=" esmtp-value]
/// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
/// esmtp-value   = 1*(%d33-60 / %d62-126)
/// ```
public struct ESMTPParameter: Sendable, Hashable, CustomStringConvertible {
    /// The keyword, as it is sent.
    public let keyword: String
    /// The value, as it is sent; nil where the keyword stands alone.
    public let value: String?

    /// The parameter `keyword`, or `keyword=value`.
    ///
    /// - Throws: where either does not follow its rule.
    public init(_ keyword: String, _ value: String? = nil) throws(GrammarError) {
        let name = Array(keyword.utf8)
        let fits = { (octet: UInt8) in octet.isAlpha || octet.isDigit || octet == ASCII.hyphen }
        if let offset = name.firstIndex(where: { !fits($0) }) ?? (name.first ?? ASCII.hyphen == ASCII.hyphen ? 0 : nil)
        {
            throw GrammarError(rule: "esmtp-keyword", offset: offset, in: name.span)
        }
        if let value {
            let octets = Array(value.utf8)
            let belongs = { (octet: UInt8) in (33...126).contains(octet) && octet != 0x3D }
            if let offset = octets.firstIndex(where: { !belongs($0) }) ?? (octets.isEmpty ? 0 : nil) {
                throw GrammarError(rule: "esmtp-value", offset: offset, in: octets.span)
            }
        }
        self.keyword = keyword
        self.value = value
    }

    /// As it is sent.
    public var description: String { value.map { "\(keyword)=\($0)" } ?? keyword }

    private init(known keyword: String, _ value: String?) {
        self.keyword = keyword
        self.value = value
    }

    /// `SIZE=octets` (RFC 1870 §6).
    static func size(_ octets: UInt64) -> ESMTPParameter { ESMTPParameter(known: "SIZE", String(octets)) }
    /// `BODY=8BITMIME` (RFC 6152 §2).
    static let eightBitBody = ESMTPParameter(known: "BODY", "8BITMIME")
    /// `SMTPUTF8` (RFC 6531 §3.4).
    static let smtputf8 = ESMTPParameter(known: "SMTPUTF8", nil)
}
