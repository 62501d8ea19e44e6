internal import Octets

extension ResponseParser {
    /// `"[" resp-text-code "]" SP` (RFC 3501 §9); nil, without moving, where none is next or its bracket does not
    /// close.
    ///
    /// A code whose data does not follow its RFC is kept as `other`: the reply it stands in counts all the same.
    mutating func respTextCode() throws(ResponseFault) -> IMAP4ResponseCode? {
        let start = cursor.position
        guard cursor.skip(0x5B) else { return nil }
        let name = cursor.take { $0 != ASCII.space && $0 != 0x5D }
        let afterName = cursor.position
        guard !name.isEmpty else {
            cursor.move(to: start)
            return nil
        }
        if let code = knownCode(name), cursor.skip(0x5D) {
            _ = cursor.skip(ASCII.space)
            return code
        }
        cursor.move(to: afterName)
        let hasData = cursor.skip(ASCII.space)
        let data = IMAP4Text(copying: cursor.take { $0 != 0x5D })
        guard cursor.skip(0x5D) else {
            cursor.move(to: start)
            return nil
        }
        _ = cursor.skip(ASCII.space)
        return hasData
            ? .other(name: IMAP4Text(copying: name), data) : .word(String(decoding: name).uppercased())
    }

    private mutating func knownCode(_ name: Span<UInt8>) -> IMAP4ResponseCode? {
        if name.equalsIgnoringCase("ALERT") { return .alert }
        if name.equalsIgnoringCase("READ-ONLY") { return .readOnly }
        if name.equalsIgnoringCase("READ-WRITE") { return .readWrite }
        if name.equalsIgnoringCase("TRYCREATE") { return .tryCreate }
        if name.equalsIgnoringCase("CAPABILITY") { return .capability(capabilities()) }
        do throws(ResponseFault) {
            if name.equalsIgnoringCase("BADCHARSET") { return .badCharset(try charsets()) }
            guard cursor.skip(ASCII.space) else { return nil }
            if name.equalsIgnoringCase("PERMANENTFLAGS") { return .permanentFlags(try flagList()) }
            if name.equalsIgnoringCase("UIDNEXT") { return .uidNext(try nzNumber()) }
            if name.equalsIgnoringCase("UIDVALIDITY") { return UIDValidity(try number()).map { .uidValidity($0) } }
            if name.equalsIgnoringCase("UNSEEN") { return .unseen(try nzNumber()) }
            if name.equalsIgnoringCase("APPENDUID") {
                guard let (validity, uids) = try validityAndSet() else { return nil }
                return .appendUID(validity, uids)
            }
            if name.equalsIgnoringCase("COPYUID") {
                guard let (validity, source) = try validityAndSet() else { return nil }
                try space("resp-code-copy")
                return .copyUID(CopiedUIDs(validity: validity, source: source, target: try sequenceSet("uid-set")))
            }
        } catch {}
        return nil
    }

    private mutating func validityAndSet() throws(ResponseFault) -> (UIDValidity, UIDSet)? {
        guard let validity = UIDValidity(try number()) else { return nil }
        try space("uid-set")
        return (validity, try sequenceSet("uid-set"))
    }

    /// `[SP "(" astring *(SP astring) ")" ]` of BADCHARSET (RFC 3501 §9).
    private mutating func charsets() throws(ResponseFault) -> [IMAP4Text] {
        guard cursor.skip(ASCII.space) else { return [] }
        var names: [IMAP4Text] = []
        try open("charset")
        while !close() {
            spaces()
            names.append(try astring("charset"))
        }
        return names
    }

    /// `*(SP capability)` of `capability-data` (RFC 3501 §9), up to a `]` or the end.
    mutating func capabilities() -> [IMAP4Capability] {
        var names: [IMAP4Capability] = []
        spaces()
        while let octet = cursor.peek, octet != 0x5D {
            let name = String(decoding: cursor.take { $0 != ASCII.space && $0 != 0x5D })
            if name == "+", names.last?.canonicalName == "LITERAL" {
                // Some servers write LITERAL+ with a space.
                names[names.count - 1] = .literalPlus
            } else if names.count < limits.capabilities {
                names.append(IMAP4Capability(name))
            }
            spaces()
        }
        return names
    }
}
