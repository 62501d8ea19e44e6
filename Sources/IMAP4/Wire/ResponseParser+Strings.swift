internal import Octets

extension ResponseParser {
    /// A word without quotes, read as widely as no delimiter is lost.
    mutating func word(_ rule: String) throws(ResponseFault) -> IMAP4Text {
        let range = cursor.takeRange(while: \.isResponseWordCharacter)
        guard !range.isEmpty else { throw failure(rule) }
        return IMAP4Text(copying: cursor.octets.extracting(range))
    }

    /// `number = 1*DIGIT`, 32 bits (RFC 3501 §9).
    mutating func number(_ rule: String = "number") throws(ResponseFault) -> UInt32 {
        guard let number = cursor.number(UInt32.self) else { throw failure(rule) }
        return number
    }

    /// `number64 = 1*DIGIT`, 63 bits (RFC 9051 §9).
    mutating func number64(_ rule: String = "number64") throws(ResponseFault) -> UInt64 {
        let start = cursor.position
        guard let number = cursor.number(UInt64.self), number <= UInt64(Int64.max) else {
            throw failure(rule, at: start)
        }
        return number
    }

    /// `nz-number`, as a UID, sequence number or UIDVALIDITY would have it (RFC 3501 §9).
    mutating func nzNumber<Number: MessageNumber>(
        _ rule: String = "nz-number", _: Number.Type = Number.self
    ) throws(ResponseFault) -> Number {
        let start = cursor.position
        guard let value = cursor.number(UInt32.self), let number = Number(value) else { throw failure(rule, at: start) }
        return number
    }

    /// `nil = "NIL"`: passed if it is next and the word ends there.
    mutating func skipNil() -> Bool {
        guard cursor.skipIgnoringCase("NIL") else { return false }
        if let next = cursor.peek, next.isResponseWordCharacter {
            cursor.move(to: cursor.position - 3)
            return false
        }
        return true
    }

    /// `string = quoted / literal` (RFC 3501 §9), also literal8 (RFC 3516).
    mutating func string(_ rule: String = "string") throws(ResponseFault) -> IMAP4Text {
        switch cursor.peek {
        case ASCII.quote: try quoted()
        case 0x7B, 0x7E: try literal()
        default: throw failure(rule)
        }
    }

    /// `nstring = string / nil` (RFC 3501 §9).
    mutating func nstring(_ rule: String = "nstring") throws(ResponseFault) -> IMAP4Text? {
        skipNil() ? nil : try string(rule)
    }

    /// `astring = 1*ASTRING-CHAR / string` (RFC 3501 §9).
    mutating func astring(_ rule: String = "astring") throws(ResponseFault) -> IMAP4Text {
        switch cursor.peek {
        case ASCII.quote, 0x7B: try string(rule)
        default: try word(rule)
        }
    }

    /// `quoted = DQUOTE *QUOTED-CHAR DQUOTE` (RFC 3501 §9); any octet but CR and LF is taken.
    mutating func quoted() throws(ResponseFault) -> IMAP4Text {
        try expect(ASCII.quote, "quoted")
        var value: [UInt8] = []
        while true {
            let run = cursor.take { $0 != ASCII.quote && $0 != ASCII.backslash && $0 != ASCII.cr && $0 != ASCII.lf }
            value.append(contentsOf: [UInt8](copying: run))
            if cursor.skip(ASCII.quote) { return IMAP4Text(octets: value) }
            guard cursor.skip(ASCII.backslash), let octet = cursor.peek, octet != ASCII.cr, octet != ASCII.lf else {
                throw failure("quoted")
            }
            value.append(octet)
            _ = cursor.next()
        }
    }

    /// `literal = "{" number64 "}" CRLF *CHAR8`, `literal8 = "~{" number64 "}" CRLF *OCTET` (RFC 9051 §9).
    mutating func literal() throws(ResponseFault) -> IMAP4Text {
        _ = cursor.skip(0x7E)
        try expect(0x7B, "literal")
        let size = try number64("literal")
        try expect(0x7D, "literal")
        _ = cursor.skip(ASCII.cr)
        try expect(ASCII.lf, "literal")
        guard let count = Int(exactly: size), let octets = cursor.take(count) else { throw failure("literal") }
        return IMAP4Text(copying: octets)
    }

    /// `sequence-set` (RFC 3501 §9) and `uid-set` (RFC 4315 §4), in the order sent.
    mutating func sequenceSet<Number: MessageNumber>(
        _ rule: String, _: Number.Type = Number.self
    ) throws(ResponseFault) -> NumberSet<Number> {
        var elements: [NumberSet<Number>.Element] = []
        repeat {
            let first: Number? = try seqNumber(rule)
            guard cursor.skip(0x3A) else {
                elements.append(first.map { .range($0...$0) } ?? .last)
                continue
            }
            switch (first, try seqNumber(rule) as Number?) {
            case (let first?, let second?): elements.append(.range(min(first, second)...max(first, second)))
            case (let number?, nil), (nil, let number?): elements.append(.through(number))
            case (nil, nil): elements.append(.last)
            }
        } while cursor.skip(0x2C)
        return NumberSet(elements: elements)
    }

    /// `seq-number = nz-number / "*"` (RFC 3501 §9); nil for `*`.
    private mutating func seqNumber<Number: MessageNumber>(_ rule: String) throws(ResponseFault) -> Number? {
        cursor.skip(ASCII.asterisk) ? nil : try nzNumber(rule)
    }

    /// A value of the general shape all IMAP data has; `tagged-ext-val` of RFC 4466 §2.
    mutating func value(_ rule: String = "tagged-ext-val") throws(ResponseFault) -> IMAP4Value {
        switch cursor.peek {
        case ASCII.openParenthesis:
            try open(rule)
            return .list(try values(rule))
        case ASCII.quote, 0x7B: return .string(try string(rule))
        case 0x7E where cursor.peek(ahead: 1) == 0x7B: return .string(try literal())
        default: return skipNil() ? .nil : .atom(try word(rule))
        }
    }

    /// Values up to the `)` of a list whose `(` was passed.
    mutating func values(_ rule: String) throws(ResponseFault) -> [IMAP4Value] {
        var values: [IMAP4Value] = []
        while !close() {
            spaces()
            values.append(try value(rule))
        }
        return values
    }
}

extension NumberSet {
    /// The set that a word without quotes holds; nil where it holds none.
    package init?(_ text: IMAP4Text) {
        var parser = ResponseParser(text.octets.span, limits: IMAP4Limits())
        do throws(ResponseFault) {
            let set: NumberSet<Number> = try parser.sequenceSet("sequence-set")
            guard parser.cursor.isAtEnd else { return nil }
            self = set
        } catch {
            return nil
        }
    }
}
