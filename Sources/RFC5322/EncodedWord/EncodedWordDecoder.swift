internal import Octets

/// Text with encoded words in it, as people are to see it (RFC 2047 §6).
struct EncodedWordDecoder {
    /// Encoded words of one charset that stand side by side: decoded together, since a character may be split between them.
    private struct Run {
        var charset: Charset
        var octets: [UInt8]
        var range: Range<Int>
    }

    private var text = ""
    private var run: Run?
    private let offset: Int

    private init(offset: Int) {
        self.offset = offset
    }

    /// The text of `octets`, which stand at `offset` of the message: line ends removed, encoded words decoded, everything
    /// else read as UTF-8 (RFC 6532 §3.1). A word in a charset that is not known stays as it is.
    static func decode(_ octets: Span<UInt8>, offset: Int, defects: inout DefectList) -> String {
        var decoder = EncodedWordDecoder(offset: offset)
        var plainStart = 0
        var position = 0
        while let start = octets.firstOffset(of: UInt8(ascii: "="), from: position) {
            guard let word = EncodedWord(in: octets, at: start, until: octets.count, allowingSpace: true) else {
                position = start + 1
                continue
            }
            let between = octets.extracting(plainStart..<start)
            let isLoose = word.hasSpace || (between.isEmpty ? start > 0 : !between.endsAWord)
            if isLoose { defects.report(.looseEncodedWord, at: offset + start) }
            if decoder.run == nil || !between.isLinearSpace {
                decoder.endRun(in: octets, defects: &defects)
                decoder.append(plain: between, at: plainStart, defects: &defects)
            }
            decoder.append(word, in: octets, defects: &defects)
            plainStart = word.range.upperBound
            position = plainStart
        }
        decoder.endRun(in: octets, defects: &defects)
        decoder.append(plain: octets.extracting(plainStart..<octets.count), at: plainStart, defects: &defects)
        return decoder.text
    }

    private mutating func append(_ word: EncodedWord, in octets: Span<UInt8>, defects: inout DefectList) {
        let decoded = word.decoded(in: octets, offset: offset, defects: &defects)
        if var joined = run, joined.charset == word.charset {
            run = nil
            joined.octets.append(contentsOf: decoded)
            joined.range = joined.range.lowerBound..<word.range.upperBound
            run = joined
        } else {
            endRun(in: octets, defects: &defects)
            run = Run(charset: word.charset, octets: decoded, range: word.range)
        }
    }

    private mutating func endRun(in octets: Span<UInt8>, defects: inout DefectList) {
        guard let run else { return }
        self.run = nil
        guard let decoded = run.charset.decode(run.octets.span) else {
            defects.report(.unknownCharset, at: offset + run.range.lowerBound)
            append(plain: octets.extracting(run.range), at: run.range.lowerBound, defects: &defects)
            return
        }
        if decoded.firstInvalid != nil { defects.report(.invalidInCharset, at: offset + run.range.lowerBound) }
        text += decoded.text
    }

    private mutating func append(plain octets: Span<UInt8>, at start: Int, defects: inout DefectList) {
        guard !octets.isEmpty else { return }
        let isFolded = octets.firstOffset(of: ASCII.lf) != nil
        let decoded = isFolded ? Charset.utf8.decode(octets.unfolded.span) : Charset.utf8.decode(octets)
        guard let decoded else { return }
        if let invalid = decoded.firstInvalid { defects.report(.invalidInCharset, at: offset + start + invalid) }
        text += decoded.text
    }
}

extension Span<UInt8> {
    /// A copy without line ends: the white space behind each remains (RFC 5322 §2.2.3).
    var unfolded: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        for index in indices {
            if self[index] == ASCII.lf { continue }
            if self[index] == ASCII.cr, index + 1 < count, self[index + 1] == ASCII.lf { continue }
            result.append(self[index])
        }
        return result
    }

    /// Whether there are only white space and line ends.
    fileprivate var isLinearSpace: Bool {
        for index in indices where !self[index].isLinearSpace { return false }
        return true
    }

    /// Whether an encoded word may stand behind these octets (RFC 2047 §5): white space, or what opens a comment or quote.
    fileprivate var endsAWord: Bool {
        guard !isEmpty else { return true }
        let last = self[count - 1]
        return last.isLinearSpace || last == ASCII.openParenthesis || last == ASCII.quote
    }
}
