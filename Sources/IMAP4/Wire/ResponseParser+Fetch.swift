internal import Octets

extension ResponseParser {
    /// `nz-number SP "FETCH" SP msg-att`, up to the mark of a literal that is streamed.
    mutating func fetchBeginning() throws(ResponseFault) -> (SequenceNumber, [MessageAttribute], MessageContent) {
        guard cursor.skip(ASCII.asterisk), cursor.skip(ASCII.space) else { throw failure("message-data") }
        let sequence: SequenceNumber = try nzNumber()
        guard cursor.skipIgnoringCase(" FETCH ") else { throw failure("message-data") }
        let (attributes, content) = try msgAtt(isContinued: false, stopsAtContent: true)
        guard let content else { throw failure("msg-att") }
        return (sequence, attributes, content)
    }

    /// What follows a streamed literal: the items up to the next one or to the end.
    mutating func fetchRest(stopsAtContent: Bool) throws(ResponseFault) -> ([MessageAttribute], MessageContent?) {
        let (attributes, content) = try msgAtt(isContinued: true, stopsAtContent: stopsAtContent)
        if stopsAtContent, content == nil { throw failure("msg-att") }
        if !stopsAtContent { try end("message-data") }
        return (attributes, content)
    }

    /// `msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"` (RFC 3501 §9).
    ///
    /// - Parameters:
    ///   - isContinued: whether the parenthesis was opened, and an item passed, before.
    ///   - stopsAtContent: whether the octets end before the value of an item with octets of the message; which one
    ///   is returned.
    mutating func msgAtt(
        isContinued: Bool, stopsAtContent: Bool
    ) throws(ResponseFault) -> ([MessageAttribute], MessageContent?) {
        var attributes: [MessageAttribute] = []
        if !isContinued { try open("msg-att") }
        var needsSpace = isContinued
        while true {
            if isContinued ? closeContinued() : close() { return (attributes, nil) }
            if needsSpace { try space("msg-att") }
            spaces()
            needsSpace = true
            let start = cursor.position
            let name = cursor.take { $0.isResponseWordCharacter && $0 != 0x5B }
            guard !name.isEmpty else { throw failure("msg-att") }
            guard let content = try messageContent(name) else {
                attributes.append(try otherAttribute(name, from: start))
                continue
            }
            try space("msg-att-static")
            spaces()
            if stopsAtContent, cursor.isAtEnd { return (attributes, content) }
            attributes.append(.content(content, octets: try nstring("msg-att-static")))
        }
    }

    /// The `)` of a msg-att whose `(` another parser has passed.
    private mutating func closeContinued() -> Bool {
        let start = cursor.position
        spaces()
        if cursor.skip(ASCII.closeParenthesis) { return true }
        cursor.move(to: start)
        return false
    }

    /// The items of `msg-att-static` that hold octets of the message, up to their value; nil for other items.
    private mutating func messageContent(_ name: Span<UInt8>) throws(ResponseFault) -> MessageContent? {
        if name.equalsIgnoringCase("RFC822") { return MessageContent(.rfc822) }
        if name.equalsIgnoringCase("RFC822.HEADER") { return MessageContent(.rfc822Header) }
        if name.equalsIgnoringCase("RFC822.TEXT") { return MessageContent(.rfc822Text) }
        guard cursor.peek == 0x5B else { return nil }
        let source: MessageContent.Source
        if name.equalsIgnoringCase("BODY") {
            source = .body(try section())
        } else if name.equalsIgnoringCase("BINARY") {
            source = .binary(part: try sectionBinary())
        } else {
            return nil
        }
        guard cursor.skip(0x3C) else { return MessageContent(source) }
        let origin = try number64()
        try expect(0x3E, "msg-att-static")
        return MessageContent(source, origin: origin)
    }

    private mutating func otherAttribute(
        _ name: Span<UInt8>, from start: Int
    ) throws(ResponseFault) -> MessageAttribute {
        if name.equalsIgnoringCase("BINARY.SIZE"), cursor.peek == 0x5B {
            let part = try sectionBinary()
            try space("msg-att-static")
            return .binarySize(part: part, try number64())
        }
        if cursor.skip(0x5B) {
            _ = cursor.take { $0 != 0x5D }
            try expect(0x5D, "msg-att")
        }
        let fullName = IMAP4Text(copying: cursor.octets.extracting(start..<cursor.position))
        try space("msg-att")
        if name.equalsIgnoringCase("UID") { return .uid(try nzNumber("uniqueid")) }
        if name.equalsIgnoringCase("FLAGS") { return .flags(try flagList()) }
        if name.equalsIgnoringCase("INTERNALDATE") { return .internalDate(InternalDate(raw: try string("date-time"))) }
        if name.equalsIgnoringCase("RFC822.SIZE") { return .size(try number64()) }
        if name.equalsIgnoringCase("ENVELOPE") { return .envelope(try envelope()) }
        if name.equalsIgnoringCase("BODYSTRUCTURE") { return .bodyStructure(try body()) }
        if name.equalsIgnoringCase("BODY") { return .body(try body()) }
        return .other(name: fullName, try value("msg-att"))
    }

    /// `section-binary = "[" [section-part] "]"` (RFC 3516 §7).
    private mutating func sectionBinary() throws(ResponseFault) -> [UInt32] {
        try expect(0x5B, "section-binary")
        let part = try sectionPart()
        try expect(0x5D, "section-binary")
        return part
    }

    /// `section-part = nz-number *("." nz-number)` (RFC 3501 §9), or nothing; a `.` behind it is left.
    private mutating func sectionPart() throws(ResponseFault) -> [UInt32] {
        var part: [UInt32] = []
        while cursor.peek?.isDigit == true {
            let number: SequenceNumber = try nzNumber("section-part")
            part.append(number.value)
            guard cursor.peek == ASCII.dot, cursor.peek(ahead: 1)?.isDigit == true else { break }
            _ = cursor.next()
        }
        return part
    }

    /// `section = "[" [section-spec] "]"` (RFC 3501 §9).
    private mutating func section() throws(ResponseFault) -> BodySection {
        try expect(0x5B, "section")
        let part = try sectionPart()
        if cursor.skip(0x5D) { return BodySection(part: part) }
        if !part.isEmpty { try expect(ASCII.dot, "section-spec") }
        let start = cursor.position
        let word = cursor.take { $0.isAlpha || $0 == ASCII.dot }
        let text: BodySection.Text
        if word.equalsIgnoringCase("HEADER") {
            text = .header
        } else if word.equalsIgnoringCase("TEXT") {
            text = .text
        } else if word.equalsIgnoringCase("MIME") {
            text = .mime
        } else if word.equalsIgnoringCase("HEADER.FIELDS") {
            text = .headerFields(try headerList())
        } else if word.equalsIgnoringCase("HEADER.FIELDS.NOT") {
            text = .headerFieldsNot(try headerList())
        } else {
            throw failure("section-text", at: start)
        }
        try expect(0x5D, "section")
        return BodySection(part: part, text)
    }

    /// `SP header-list`, `header-list = "(" header-fld-name *(SP header-fld-name) ")"` (RFC 3501 §9).
    private mutating func headerList() throws(ResponseFault) -> [String] {
        try space("header-list")
        var names: [String] = []
        try open("header-list")
        while !close() {
            spaces()
            names.append(try astring("header-fld-name").string)
        }
        return names
    }
}
