internal import Octets

/// `Domain` of RFC 5321 §4.1.2, as RFC 6531 §3.3 widens it.
enum DomainName {
    /// The most octets a domain may have (RFC 5321 §4.5.3.1.2).
    static let lengthLimit = 255
    /// The most octets a label may have (RFC 1035 §2.3.4).
    static let labelLimit = 63

    /// Passes a domain.
    ///
    /// ```
    /// Domain     = sub-domain *("." sub-domain)
    /// sub-domain = Let-dig [Ldh-str]
    /// sub-domain =/ U-label                            ; RFC 6531 §3.3
    /// Let-dig    = ALPHA / DIGIT
    /// Ldh-str    = *( ALPHA / DIGIT / "-" ) Let-dig
    /// ```
    /// Octets above 127 are taken as part of a U-label; whether IDNA allows them is for the server to say.
    static func domain(_ cursor: inout OctetCursor) throws(GrammarError) {
        let start = cursor.position
        repeat {
            let label = cursor.takeRange { $0.isDigit || $0.isAlpha || $0 == ASCII.hyphen || $0 >= 0x80 }
            let fits = !label.isEmpty && label.count <= labelLimit
            guard fits, cursor.octets[label.lowerBound] != ASCII.hyphen,
                cursor.octets[label.upperBound - 1] != ASCII.hyphen
            else { throw GrammarError(rule: "sub-domain", offset: label.lowerBound, in: cursor.octets) }
        } while cursor.skip(ASCII.dot)
        guard cursor.position - start <= lengthLimit else {
            throw GrammarError(rule: "Domain", offset: start, in: cursor.octets)
        }
    }
}
