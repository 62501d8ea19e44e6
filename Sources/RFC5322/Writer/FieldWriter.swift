internal import Octets

/// Writes header fields, folded at 78 octets where they can be (RFC 5322 §2.1.1, §2.2.3).
///
/// Whoever calls it passes nothing that holds CR, LF or NUL: the types that hold names, addresses and values see to that.
struct FieldWriter {
    private(set) var octets: [UInt8] = []
    private var column = 0
    private var name: HeaderFieldName?
    private var isAtFirst = true
    private var mayFoldFirst = true
    private var longest = 0

    /// The length a line should not exceed.
    private static let lineLength = 78
    /// The length a line with an encoded word must not exceed (RFC 2047 §2).
    private static let encodedLineLength = 76

    /// Begins a field.
    ///
    /// - Parameter mayFoldFirst: whether the value may begin on the second line.
    mutating func begin(_ name: HeaderFieldName, mayFoldFirst: Bool = true) {
        self.name = name
        self.mayFoldFirst = mayFoldFirst
        isAtFirst = true
        longest = 0
        octets.append(contentsOf: name.rawName.utf8)
        octets.append(UInt8(ascii: ":"))
        column = name.rawName.utf8.count + 1
    }

    /// Ends the field.
    ///
    /// - Throws: `tooLong` where a token did not fit a line of 998 octets.
    mutating func end() throws(RFC5322Error) {
        octets.append(ASCII.cr)
        octets.append(ASCII.lf)
        longest = max(longest, column)
        guard longest <= 998 else {
            throw RFC5322Error(
                .tooLong, field: name, "a value in \(name?.description ?? "a field") is too long for a line")
        }
    }

    /// Writes white space, folded where the line would get too long, and `token`, which holds no white space.
    mutating func append(_ token: String, spaces: Int = 1, limit: Int = lineLength) {
        let length = spaces + token.utf8.count
        // Folding the first token is worth it only where it then fits.
        if column + length > limit, !isAtFirst || (mayFoldFirst && length <= limit) {
            octets.append(ASCII.cr)
            octets.append(ASCII.lf)
            longest = max(longest, column)
            column = 0
        }
        octets.append(contentsOf: repeatElement(ASCII.space, count: spaces))
        octets.append(contentsOf: token.utf8)
        column += length
        isAtFirst = false
    }

    /// Writes `text` as encoded words, with `prefix` and `suffix` right before and behind them.
    mutating func appendEncoded(_ text: String, prefix: String = "", suffix: String = "") {
        let used = 1 + prefix.utf8.count + suffix.utf8.count
        let left = Self.encodedLineLength - column - used
        let words = EncodedWordEncoder.encode(
            text, firstRoom: left >= 32 ? left : EncodedWordEncoder.longest - prefix.utf8.count - suffix.utf8.count)
        for (index, word) in words.enumerated() {
            let token = (index == 0 ? prefix : "") + word + (index == words.count - 1 ? suffix : "")
            append(token, limit: Self.encodedLineLength)
        }
    }

    /// `unstructured` (RFC 5322 §3.2.5): words as they are, with what cannot stand as it is, and all between, as encoded words.
    mutating func appendUnstructured(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        let hasEdge = text.utf8.first == ASCII.space || text.utf8.last == ASCII.space
        let first = hasEdge ? words.startIndex : words.firstIndex { !Self.isPlainWord($0) }
        let last = hasEdge ? words.endIndex - 1 : words.lastIndex { !Self.isPlainWord($0) }
        guard var first, var last else { return appendPlain(words[...]) }
        // More than one space beside an encoded word is best within it.
        while first > 0, words[first - 1].isEmpty { first -= 1 }
        while last + 1 < words.count, words[last + 1].isEmpty { last += 1 }
        appendPlain(words[..<first])
        appendEncoded(words[first...last].joined(separator: " "))
        appendPlain(words[(last + 1)...])
    }

    /// Whether a word can stand in unstructured text: printable ASCII that nobody takes for an encoded word, and that fits a line.
    private static func isPlainWord(_ word: String) -> Bool {
        word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !word.contains("=?") && word.utf8.count <= 900
    }

    private mutating func appendPlain(_ words: ArraySlice<String>) {
        // An empty word is one more space before the next: a fold goes before all of them, so that no line is blank.
        var spaces = 1
        for word in words {
            if word.isEmpty {
                spaces += 1
            } else {
                append(word, spaces: spaces)
                spaces = 1
            }
        }
    }

    /// `phrase` (RFC 5322 §3.2.5): atoms where they do, else a quoted string, else encoded words.
    ///
    /// - Parameter suffix: goes right behind it.
    mutating func appendPhrase(_ text: String, suffix: String = "") {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        let isASCII = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if text.contains("=?") || !isASCII || text.trimmed != text {
            appendEncoded(text, suffix: suffix)
        } else if words.allSatisfy({ (1...70).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isAtext) }) {
            for (index, word) in words.enumerated() { append(word + (index == words.count - 1 ? suffix : "")) }
        } else if text.utf8.count <= 60 {
            append(AddressSpecification.quoted(text) + suffix)
        } else {
            // A quoted string is not folded.
            appendEncoded(text, suffix: suffix)
        }
    }
}
