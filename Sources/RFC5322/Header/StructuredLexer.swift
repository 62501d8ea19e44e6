internal import Octets

/// The lexical tokens of structured header fields (RFC 5322 §3.2), read leniently and in linear time.
struct StructuredLexer {
    struct Token {
        enum Kind: Equatable {
            /// `dot-atom`, and whatever else is neither space nor special; an encoded word is one word, whatever it holds.
            case word
            /// `quoted-string`, with its quotes.
            case quotedString
            /// `domain-literal`, with its brackets.
            case domainLiteral
            /// `comment`, with its parentheses.
            case comment
            /// One of `<>@,;:`.
            case special(UInt8)
        }

        var kind: Kind
        var range: Range<Int>
        /// Whether white space stands before it.
        var followsSpace: Bool

        func isSpecial(_ character: Unicode.Scalar) -> Bool { kind == .special(UInt8(ascii: character)) }
    }

    let octets: [UInt8]
    let end: Int
    var position: Int
    var defects: DefectList
    /// Delimiters that were found to be without an end: from there on they are ordinary octets, so that looking for the
    /// end of each again cannot take quadratic time.
    private var unpaired: Set<UInt8> = []

    init(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) {
        self.octets = octets
        position = range.lowerBound
        end = range.upperBound
        defects = DefectList(limit: limits.defects)
    }

    /// The next token, comments included; nil at the end.
    mutating func next() -> Token? {
        let start = position
        while position < end, octets[position].isLinearSpace { position += 1 }
        guard position < end else { return nil }
        let followsSpace = position > start
        let octet = octets[position]
        switch octet {
        case ASCII.quote, ASCII.openParenthesis, UInt8(ascii: "["):
            if !unpaired.contains(octet) {
                if let close = closing(octet) {
                    defer { position = close + 1 }
                    let kind: Token.Kind =
                        octet == ASCII.quote
                        ? .quotedString : octet == ASCII.openParenthesis ? .comment : .domainLiteral
                    return Token(kind: kind, range: position..<(close + 1), followsSpace: followsSpace)
                }
                unpaired.insert(octet)
                defects.report(.unterminatedToken, at: position)
            }
        case _ where octet.isAddressSpecial:
            defer { position += 1 }
            return Token(kind: .special(octet), range: position..<(position + 1), followsSpace: followsSpace)
        default:
            break
        }
        return word(followsSpace: followsSpace)
    }

    /// The next token that is no comment; the comments before it are added to `comments`.
    mutating func next(comments: inout [Token]) -> Token? {
        while let token = next() {
            guard token.kind == .comment else { return token }
            comments.append(token)
        }
        return nil
    }

    private mutating func word(followsSpace: Bool) -> Token {
        let start = position
        while position < end {
            let octet = octets[position]
            if octet == UInt8(ascii: "="),
                let word = EncodedWord(in: octets.span, at: position, until: end, allowingSpace: false)
            {
                position = word.range.upperBound
                continue
            }
            if octet.isLinearSpace || octet.isAddressSpecial { break }
            let opens = octet == ASCII.quote || octet == ASCII.openParenthesis || octet == UInt8(ascii: "[")
            // The first octet may be a delimiter that was found to be without an end.
            if opens, position > start, !unpaired.contains(octet) { break }
            position += 1
        }
        return Token(kind: .word, range: start..<position, followsSpace: followsSpace)
    }

    /// The offset of what closes the delimiter at `position`, nil where nothing does. Comments nest.
    private func closing(_ opening: UInt8) -> Int? {
        var depth = 0
        var index = position
        while index < end {
            switch octets[index] {
            case ASCII.backslash:
                index += 1
            case ASCII.quote where opening == ASCII.quote && index > position:
                return index
            case UInt8(ascii: "]") where opening == UInt8(ascii: "["):
                return index
            case ASCII.openParenthesis where opening == ASCII.openParenthesis:
                depth += 1
            case ASCII.closeParenthesis where opening == ASCII.openParenthesis:
                depth -= 1
                if depth == 0 { return index }
            default:
                break
            }
            index += 1
        }
        return nil
    }

    /// What a quoted string or comment stands for: its delimiters, backslashes and line ends removed (RFC 5322 §3.2.4).
    func unquoted(_ token: Token) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(token.range.count)
        var index = token.range.lowerBound + 1
        let last = max(token.range.upperBound - 1, index)
        while index < last {
            if octets[index] == ASCII.backslash, index + 1 < last { index += 1 }
            let octet = octets[index]
            if octet != ASCII.lf, octet != ASCII.cr { text.append(octet) }
            index += 1
        }
        return text
    }
}

extension UInt8 {
    /// Whether this is one of the specials `<>@,;:`, which part tokens in an address.
    fileprivate var isAddressSpecial: Bool {
        switch self {
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: ":"):
            true
        default:
            false
        }
    }

    /// `atext` of RFC 5322 §3.2.3, with RFC 6532 §3.2 every octet of a UTF-8 sequence.
    var isAtext: Bool {
        if isAlpha || isDigit || self >= 0x80 { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }
}
