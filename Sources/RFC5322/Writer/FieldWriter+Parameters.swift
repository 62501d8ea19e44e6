internal import Octets

extension FieldWriter {
    /// A parameter to be written.
    enum OutgoingParameter {
        /// A token or quoted string as it is.
        case plain(String)
        /// `filename`, in plain ASCII or as RFC 2231 §4 has it.
        case extended(name: String, value: String)
        /// `name`, in plain ASCII or as encoded words in quotes: what programs read that do not know RFC 2231.
        case encodedWord(name: String, value: String)
    }

    /// A field of a value and parameters (RFC 2045 §5.1, RFC 2183 §2).
    mutating func write(
        _ name: HeaderFieldName, _ value: String, _ parameters: [OutgoingParameter]
    ) throws(RFC5322Error) {
        begin(name)
        var pieces: [OutgoingParameter] = [.plain(value)]
        for parameter in parameters { pieces += Self.pieces(of: parameter) }
        for (index, piece) in pieces.enumerated() {
            let semicolon = index == pieces.count - 1 ? "" : ";"
            switch piece {
            case .plain(let text): append(text + semicolon)
            case .encodedWord(let name, let value): appendEncoded(value, prefix: "\(name)=\"", suffix: "\"" + semicolon)
            case .extended: break
            }
        }
        try end()
    }

    /// The parameter as it is written: in sections where it would not fit a line (RFC 2231 §3).
    private static func pieces(of parameter: OutgoingParameter) -> [OutgoingParameter] {
        switch parameter {
        case .plain:
            return [parameter]
        case .encodedWord(let name, let value):
            return isPlain(value) ? [.plain("\(name)=\(AddressSpecification.quoted(value))")] : [parameter]
        case .extended(let name, let value):
            if isPlain(value) { return [.plain("\(name)=\(AddressSpecification.quoted(value))")] }
            let sections = percentEncoded(value)
            guard sections.count > 1 else { return [.plain("\(name)*=utf-8''\(sections.first ?? "")")] }
            return sections.enumerated().map { index, section in
                .plain("\(name)*\(index)*=\(index == 0 ? "utf-8''" : "")\(section)")
            }
        }
    }

    /// Whether a value can be a quoted string on one line that nobody takes for an encoded word.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && value.utf8.count <= 60 && !value.contains("=?")
            && value.trimmed == value
    }

    /// `value` percent-encoded in pieces of at most 50 octets, none of which ends within a Unicode scalar.
    private static func percentEncoded(_ value: String) -> [String] {
        var sections: [String] = []
        var section = ""
        for scalar in value.unicodeScalars {
            var encoded = ""
            for octet in String(scalar).utf8 {
                if octet.isAttributeCharacter {
                    encoded.unicodeScalars.append(Unicode.Scalar(octet))
                } else {
                    encoded += "%"
                    encoded.unicodeScalars.append(Unicode.Scalar(Hexadecimal.digits[Int(octet >> 4)]))
                    encoded.unicodeScalars.append(Unicode.Scalar(Hexadecimal.digits[Int(octet & 0x0F)]))
                }
            }
            if section.utf8.count + encoded.utf8.count > 50 {
                sections.append(section)
                section = ""
            }
            section += encoded
        }
        if !section.isEmpty { sections.append(section) }
        return sections
    }
}

extension UInt8 {
    /// `attribute-char` of RFC 2231 §7.
    fileprivate var isAttributeCharacter: Bool {
        isToken && self != UInt8(ascii: "*") && self != UInt8(ascii: "'") && self != UInt8(ascii: "%")
    }
}
