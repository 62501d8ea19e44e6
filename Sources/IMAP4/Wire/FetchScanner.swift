internal import Octets

/// Knows, at any place of a FETCH response, whether the literal that starts there is octets of a message.
///
/// It follows quotes, brackets and parentheses and the last word among the items; each octet outside literals passes
/// once.
struct FetchScanner: Sendable {
    private var depth = 0
    private var isQuoted = false
    private var isEscaped = false
    private var isInSection = false
    private var word: [UInt8] = []
    private var wordIsOver = true

    /// Follows `octets`, none of them inside a literal.
    mutating func scan(_ octets: Span<UInt8>) {
        for index in 0..<octets.count { scan(octets[index]) }
    }

    /// Follows a literal that is a value or a header field's name.
    mutating func passLiteral() {
        if !isInSection { endValue() }
    }

    /// Whether a literal at this place is the value of an item that holds octets of the message.
    var isBeforeContent: Bool {
        guard depth == 1, !isQuoted, !isInSection, wordIsOver else { return false }
        let name = word.span
        return name.hasPrefixIgnoringCase("BODY[") || name.hasPrefixIgnoringCase("BINARY[")
            || name.equalsIgnoringCase("RFC822") || name.equalsIgnoringCase("RFC822.TEXT")
            || name.equalsIgnoringCase("RFC822.HEADER")
    }

    private mutating func scan(_ octet: UInt8) {
        if isQuoted {
            if isEscaped {
                isEscaped = false
            } else if octet == ASCII.backslash {
                isEscaped = true
            } else if octet == ASCII.quote {
                isQuoted = false
                if !isInSection { endValue() }
            }
            return
        }
        switch octet {
        case ASCII.quote: isQuoted = true
        case 0x5B where depth == 1 && !wordIsOver:  // [
            isInSection = true
            keep(octet)
        case 0x5D where isInSection: isInSection = false  // ]
        case _ where isInSection: break
        case ASCII.openParenthesis:
            depth += 1
            endValue()
        case ASCII.closeParenthesis:
            depth -= 1
            endValue()
        case ASCII.space: wordIsOver = true
        default:
            if wordIsOver { word.removeAll(keepingCapacity: true) }
            wordIsOver = false
            keep(octet)
        }
    }

    private mutating func endValue() {
        word.removeAll(keepingCapacity: true)
        wordIsOver = true
    }

    private mutating func keep(_ octet: UInt8) {
        // As long as the longest name that matters, and one more to tell longer names from it.
        if word.count < 14 { word.append(octet) }
    }
}
