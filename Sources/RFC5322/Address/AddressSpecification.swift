internal import Octets

/// `addr-spec = local-part "@" domain` (RFC 5322 §3.4.1), checked, so that it can stand in a header field and in an SMTP
/// command as it is.
///
/// Compared as RFC 5321 §2.4 has it: the local part exactly, the domain without case.
public struct AddressSpecification: Sendable, Hashable, CustomStringConvertible {
    /// What the local part stands for, without quotes: `joe blow` for `"joe blow"@example.org`.
    public let localPart: String

    /// The domain as it was written: a dot-atom, in Unicode or as A-labels, or a domain literal with its brackets.
    public let domain: String

    /// An address of a local part, unquoted, and a domain.
    ///
    /// - Throws: `forbiddenCharacter` for CR, LF or NUL in either; `invalidAddress` for another control character, a domain
    ///   that is neither dot-atom nor domain-literal, or a part that is empty or longer than 255 octets.
    public init(localPart: String, domain: String) throws(RFC5322Error) {
        for text in [localPart, domain] {
            guard !text.utf8.contains(where: { $0 == ASCII.cr || $0 == ASCII.lf || $0 == 0 }) else {
                throw RFC5322Error(
                    .forbiddenCharacter, "an address cannot hold CR, LF or NUL: \"\(text.escapedForDisplay)\"")
            }
        }
        guard let address = AddressSpecification(readingLocalPart: localPart, domain: domain) else {
            let text = "\(localPart)@\(domain)".escapedForDisplay
            throw RFC5322Error(.invalidAddress, "\"\(text)\" is not an address (RFC 5322 §3.4.1)")
        }
        self = address
    }

    /// The address that `text` spells as RFC 5322 §3.4.1 has it: `joe@example.org`, `"joe blow"@example.org`, `joe@[192.0.2.1]`.
    ///
    /// - Throws: `forbiddenCharacter` or `invalidAddress`.
    public init(_ text: String) throws(RFC5322Error) {
        guard !text.utf8.contains(where: { $0 == ASCII.cr || $0 == ASCII.lf || $0 == 0 }) else {
            throw RFC5322Error(
                .forbiddenCharacter, "an address cannot hold CR, LF or NUL: \"\(text.escapedForDisplay)\"")
        }
        guard let address = AddressListParser.addrSpec(Array(text.utf8)) else {
            throw RFC5322Error(.invalidAddress, "\"\(text.escapedForDisplay)\" is not an address (RFC 5322 §3.4.1)")
        }
        self = address
    }

    /// An address that was read; nil where it is none.
    init?(readingLocalPart localPart: String, domain: String) {
        guard (1...255).contains(localPart.utf8.count), (1...255).contains(domain.utf8.count) else { return nil }
        guard !localPart.unicodeScalars.contains(where: { $0.isControl || $0 == "\u{FFFD}" }) else { return nil }
        guard Self.isDotAtom(domain) || Self.isDomainLiteral(domain) else { return nil }
        guard !domain.unicodeScalars.contains(where: { $0.isControl || $0 == "\u{FFFD}" }) else { return nil }
        self.localPart = localPart
        self.domain = domain
    }

    /// The address as header fields and SMTP commands have it, the local part in quotes where it must be.
    public var description: String {
        Self.isDotAtom(localPart) ? "\(localPart)@\(domain)" : "\(Self.quoted(localPart))@\(domain)"
    }

    /// The address for people: without quotes where only its dots ask for them, as in `joe..blow@example.org`.
    public var displayText: String {
        let needsQuotes = localPart.utf8.contains { !$0.isAtext && $0 != ASCII.dot }
        return needsQuotes ? description : "\(localPart)@\(domain)"
    }

    /// Whether it can be sent without SMTPUTF8 (RFC 6531): local part and domain are ASCII.
    public var isASCII: Bool { localPart.utf8.allSatisfy { $0 < 0x80 } && domain.utf8.allSatisfy { $0 < 0x80 } }

    /// Whether both are the same address: the domain without case.
    public static func == (left: AddressSpecification, right: AddressSpecification) -> Bool {
        left.localPart == right.localPart && left.domain.lowercased() == right.domain.lowercased()
    }

    /// Hashes the domain without its case.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(localPart)
        hasher.combine(domain.lowercased())
    }

    /// `dot-atom-text = 1*atext *("." 1*atext)`, RFC 5322 §3.2.3.
    static func isDotAtom(_ text: String) -> Bool {
        var isStart = true
        for octet in text.utf8 {
            if octet == ASCII.dot {
                if isStart { return false }
                isStart = true
            } else {
                guard octet.isAtext else { return false }
                isStart = false
            }
        }
        return !isStart
    }

    /// `domain-literal = "[" *dtext "]"`, RFC 5322 §3.4.1, without white space.
    private static func isDomainLiteral(_ text: String) -> Bool {
        let octets = text.utf8
        guard octets.count > 2, octets.first == UInt8(ascii: "["), octets.last == UInt8(ascii: "]") else {
            return false
        }
        return octets.dropFirst().dropLast().allSatisfy { octet in
            octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: "[") && octet != UInt8(ascii: "]")
                && octet != ASCII.backslash
        }
    }

    /// `quoted-string`, RFC 5322 §3.2.4.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

extension Unicode.Scalar {
    /// Whether this is a control character of ASCII or Latin-1, or one that ends a line.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029 }
}
