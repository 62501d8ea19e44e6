internal import Octets

/// `address-literal` of RFC 5321 §4.1.3: an address in brackets in the place of a domain.
enum AddressLiteral {
    /// Passes a literal.
    ///
    /// ```
    /// address-literal = "[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"
    /// IPv6-address-literal = "IPv6:" IPv6-addr
    /// General-address-literal = Standardized-tag ":" 1*dcontent
    /// ```
    static func addressLiteral(_ cursor: inout OctetCursor) throws(GrammarError) {
        let start = cursor.position
        let failure = GrammarError(rule: "address-literal", offset: start, in: cursor.octets)
        guard cursor.skip(0x5B) else { throw failure }
        let content = cursor.takeRange { $0 >= 33 && $0 <= 126 && !(0x5B...0x5D).contains($0) }
        guard content.count <= DomainName.lengthLimit, cursor.skip(0x5D) else { throw failure }
        var inner = OctetCursor(cursor.octets.extracting(content))
        guard isIPv4(&inner) || isIPv6(&inner) || isGeneral(&inner) else { throw failure }
    }

    private static func isIPv4(_ cursor: inout OctetCursor) -> Bool {
        defer { cursor.move(to: 0) }
        return ipv4(&cursor) && cursor.isAtEnd
    }

    private static func isIPv6(_ cursor: inout OctetCursor) -> Bool {
        defer { cursor.move(to: 0) }
        return cursor.skipIgnoringCase("IPv6:") && ipv6(&cursor) && cursor.isAtEnd
    }

    /// ```
    /// Standardized-tag = Ldh-str
    /// ```
    /// `IPv6` itself is no general tag: what stands behind it must be an address.
    private static func isGeneral(_ cursor: inout OctetCursor) -> Bool {
        guard !cursor.octets.hasPrefixIgnoringCase("IPv6:") else { return false }
        let tag = cursor.takeRange { $0.isDigit || $0.isAlpha || $0 == ASCII.hyphen }
        guard !tag.isEmpty, cursor.octets[tag.upperBound - 1] != ASCII.hyphen, cursor.skip(0x3A) else { return false }
        return !cursor.isAtEnd
    }

    /// ```
    /// IPv4-address-literal = Snum 3("." Snum)
    /// Snum = 1*3DIGIT                                  ; 0...255
    /// ```
    private static func ipv4(_ cursor: inout OctetCursor) -> Bool {
        for part in 0..<4 {
            if part > 0, !cursor.skip(ASCII.dot) { return false }
            let start = cursor.position
            guard cursor.number(UInt8.self) != nil, cursor.position - start <= 3 else { return false }
        }
        return true
    }

    /// ```
    /// IPv6-addr   = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp
    /// IPv6-hex    = 1*4HEXDIG
    /// IPv6-full   = IPv6-hex 7(":" IPv6-hex)
    /// IPv6-comp   = [IPv6-hex *5(":" IPv6-hex)] "::" [IPv6-hex *5(":" IPv6-hex)]
    /// IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal
    /// IPv6v4-comp = [IPv6-hex *3(":" IPv6-hex)] "::" [IPv6-hex *3(":" IPv6-hex) ":"] IPv4-address-literal
    /// ```
    /// An IPv4 address counts for two groups; `::` stands for at least two more, so that with it six are the most.
    private static func ipv6(_ cursor: inout OctetCursor) -> Bool {
        var groups = 0
        var isCompressed = false
        if cursor.peek == 0x3A {
            guard skipDoubleColon(&cursor) else { return false }
            isCompressed = true
        }
        while !cursor.isAtEnd {
            let start = cursor.position
            if ipv4(&cursor) {
                groups += 2
                break
            }
            cursor.move(to: start)
            let digits = cursor.takeRange { $0.hexadecimalValue != nil }
            guard (1...4).contains(digits.count), groups < 8 else { return false }
            groups += 1
            if cursor.isAtEnd { break }
            if !isCompressed, skipDoubleColon(&cursor) {
                isCompressed = true
            } else {
                guard cursor.skip(0x3A), !cursor.isAtEnd else { return false }
            }
        }
        return isCompressed ? groups <= 6 : groups == 8
    }

    private static func skipDoubleColon(_ cursor: inout OctetCursor) -> Bool {
        guard cursor.peek == 0x3A, cursor.peek(ahead: 1) == 0x3A else { return false }
        cursor.move(to: cursor.position + 2)
        return true
    }
}
