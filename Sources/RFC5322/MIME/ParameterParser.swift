internal import Octets

/// `*(";" parameter)` of RFC 2045 §5.1 with the sections and charsets of RFC 2231.
struct ParameterParser {
    let octets: [UInt8]
    let end: Int
    let limits: Message.Limits
    private(set) var position: Int
    var defects: DefectList

    init(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) {
        self.octets = octets
        self.limits = limits
        position = range.lowerBound
        end = range.upperBound
        defects = DefectList(limit: limits.defects)
    }

    /// Passes white space and comments, which nest (RFC 5322 §3.2.2).
    mutating func skipCFWS() {
        while position < end {
            if octets[position].isLinearSpace {
                position += 1
            } else if octets[position] == ASCII.openParenthesis {
                skipComment()
            } else {
                return
            }
        }
    }

    /// Passes `octet` if it is next.
    mutating func skip(_ octet: UInt8) -> Bool {
        guard position < end, octets[position] == octet else { return false }
        position += 1
        return true
    }

    /// `token`, possibly empty; octets outside ASCII are taken for letters.
    mutating func token() -> Range<Int> {
        let start = position
        while position < end, octets[position].isToken || octets[position] >= 0x80 { position += 1 }
        return start..<position
    }

    /// All parameters that are left, put together and decoded.
    mutating func parameters() -> MIMEParameters {
        var sections: [ParameterSection] = []
        while skipToSemicolon() {
            skipCFWS()
            guard position < end, octets[position] != UInt8(ascii: ";") else { continue }
            guard sections.count < limits.parameters else {
                defects.report(.tooManyParameters, at: position)
                break
            }
            let start = position
            let name = token()
            skipCFWS()
            guard !name.isEmpty, skip(UInt8(ascii: "=")) else {
                defects.report(.malformedParameter, at: start)
                continue
            }
            skipCFWS()
            let value = value()
            sections.append(ParameterSection(name: octets[name], value: value, offset: start))
        }
        return ParameterSection.joined(sections, defects: &defects)
    }

    /// Passes everything to behind the next semicolon; false where there is none.
    private mutating func skipToSemicolon() -> Bool {
        skipCFWS()
        if position < end, octets[position] != UInt8(ascii: ";") { defects.report(.malformedParameter, at: position) }
        while position < end, octets[position] != UInt8(ascii: ";") {
            if octets[position] == ASCII.quote { _ = quotedString() } else { position += 1 }
        }
        return skip(UInt8(ascii: ";"))
    }

    /// `value = token / quoted-string`; without quotes, everything up to a semicolon or comment is taken, as a defect where
    /// it is no token.
    private mutating func value() -> [UInt8] {
        if position < end, octets[position] == ASCII.quote { return quotedString() }
        let start = position
        var isToken = true
        while position < end, octets[position] != UInt8(ascii: ";") {
            let octet = octets[position]
            if octet.isLinearSpace || octet == ASCII.openParenthesis {
                let space = position
                skipCFWS()
                if position >= end || octets[position] == UInt8(ascii: ";") {
                    return unquotedValue(start..<space, isToken)
                }
                isToken = false
                continue
            }
            if !octet.isToken { isToken = false }
            position += 1
        }
        return unquotedValue(start..<position, isToken)
    }

    private mutating func unquotedValue(_ range: Range<Int>, _ isToken: Bool) -> [UInt8] {
        if !isToken || range.isEmpty { defects.report(.malformedParameter, at: range.lowerBound) }
        return octets.span.extracting(range).unfolded
    }

    /// `quoted-string`, RFC 5322 §3.2.4; one that does not end is taken to the end of the field.
    private mutating func quotedString() -> [UInt8] {
        let start = position
        var text: [UInt8] = []
        position += 1
        while position < end {
            let octet = octets[position]
            position += 1
            switch octet {
            case ASCII.quote:
                return text
            case ASCII.backslash where position < end:
                text.append(octets[position])
                position += 1
            case ASCII.cr, ASCII.lf:
                break
            default:
                text.append(octet)
            }
        }
        defects.report(.unterminatedToken, at: start)
        return text
    }

    private mutating func skipComment() {
        let start = position
        var depth = 0
        while position < end {
            let octet = octets[position]
            position += 1
            switch octet {
            case ASCII.backslash: position = min(position + 1, end)
            case ASCII.openParenthesis: depth += 1
            case ASCII.closeParenthesis: depth -= 1
            default: break
            }
            if depth == 0 { return }
        }
        defects.report(.unterminatedToken, at: start)
    }
}
