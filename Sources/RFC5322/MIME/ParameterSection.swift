internal import Octets

/// One parameter as it stands in a field: the whole, or a section of it (RFC 2231 §3).
struct ParameterSection {
    /// The name in lower case, without section number and `*`.
    let name: String
    /// The section number; nil for a parameter that is whole.
    let number: Int?
    /// Whether the value is percent-encoded (RFC 2231 §4).
    let isExtended: Bool
    let value: [UInt8]
    let offset: Int

    /// A section by its name as written: `filename`, `filename*`, `filename*0`, `filename*0*`.
    init(name: ArraySlice<UInt8>, value: [UInt8], offset: Int) {
        var name = name
        var number: Int?
        let isExtended = name.count > 1 && name.last == ASCII.asterisk
        if isExtended { name.removeLast() }
        if let star = name.lastIndex(of: ASCII.asterisk), star > name.startIndex {
            let digits = name[(star + 1)...]
            if (1...6).contains(digits.count), digits.allSatisfy(\.isDigit) {
                number = Int(String(decoding: digits, as: UTF8.self))
                name = name[..<star]
            }
        }
        self.name = String(decoding: name, as: UTF8.self).lowercased()
        self.number = number
        self.isExtended = isExtended
        self.value = value
        self.offset = offset
    }

    /// The parameters that `sections` make up, in the order of their first sections.
    ///
    /// Where one is given in several ways, the extended one is taken, then the one in sections, then the plain one.
    static func joined(_ sections: [ParameterSection], defects: inout DefectList) -> MIMEParameters {
        var order: [String] = []
        var byName: [String: [ParameterSection]] = [:]
        for section in sections {
            if byName[section.name] == nil { order.append(section.name) }
            byName[section.name, default: []].append(section)
        }
        var list: [MIMEParameters.Parameter] = []
        for name in order {
            guard let all = byName[name] else { continue }
            if let parameter = parameter(name, all, defects: &defects) { list.append(parameter) }
        }
        return MIMEParameters(list: list)
    }

    private static func parameter(
        _ name: String, _ sections: [ParameterSection], defects: inout DefectList
    ) -> MIMEParameters.Parameter? {
        let whole = sections.filter { $0.number == nil }
        let extended = whole.filter(\.isExtended)
        let plain = whole.filter { !$0.isExtended }
        for repeated in [extended, plain] where repeated.count > 1 {
            defects.report(.repeatedParameter, at: repeated[1].offset)
        }
        if let first = extended.first { return parameter(name, run: [first], defects: &defects) }
        // A stable order, so that of sections with one number the first is taken.
        let numbered = sections.enumerated().filter { $0.element.number != nil }
            .sorted { ($0.element.number ?? 0, $0.offset) < ($1.element.number ?? 0, $1.offset) }.map(\.element)
        var run: [ParameterSection] = []
        for section in numbered {
            if section.number == run.count {
                run.append(section)
            } else if let number = section.number, number < run.count {
                defects.report(.repeatedParameter, at: section.offset)
            } else {
                defects.report(.parameterGap, at: section.offset)
                break
            }
        }
        if !run.isEmpty { return parameter(name, run: run, defects: &defects) }
        guard let first = plain.first else { return nil }
        let text = EncodedWordDecoder.decode(first.value.span, offset: first.offset, defects: &defects)
        return .init(name: name, value: text, octets: first.value)
    }

    /// The value of sections in order: the first names the charset of all that are extended (RFC 2231 §4.1).
    private static func parameter(
        _ name: String, run: [ParameterSection], defects: inout DefectList
    ) -> MIMEParameters.Parameter? {
        guard let first = run.first else { return nil }
        var octets: [UInt8] = []
        var charset = Charset.utf8
        for (index, section) in run.enumerated() {
            guard section.isExtended else {
                octets.append(contentsOf: section.value)
                continue
            }
            var value = section.value[...]
            if index == 0 {
                let pieces = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
                if pieces.count == 3 {
                    if !pieces[0].isEmpty { charset = Charset(String(decoding: pieces[0], as: UTF8.self)) }
                    value = pieces[2]
                } else {
                    defects.report(.malformedParameter, at: section.offset)
                }
            }
            appendPercentDecoded(value, to: &octets)
        }
        if !run.contains(where: \.isExtended) {
            let text = EncodedWordDecoder.decode(octets.span, offset: first.offset, defects: &defects)
            return .init(name: name, value: text, octets: octets)
        }
        let decoded = charset.decode(octets.span)
        if decoded == nil { defects.report(.unknownCharset, at: first.offset) }
        if decoded?.firstInvalid != nil { defects.report(.invalidInCharset, at: first.offset) }
        return .init(name: name, value: decoded?.text ?? String(decoding: octets.span), octets: octets)
    }

    /// `extended-other-values`, RFC 2231 §7; a `%` that begins no octet stays as it is.
    private static func appendPercentDecoded(_ value: ArraySlice<UInt8>, to octets: inout [UInt8]) {
        var index = value.startIndex
        while index < value.endIndex {
            if value[index] == UInt8(ascii: "%"), value.endIndex - index > 2,
                let high = value[index + 1].hexadecimalValue, let low = value[index + 2].hexadecimalValue
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(value[index])
                index += 1
            }
        }
    }
}
