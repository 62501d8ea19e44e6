internal import Octets

extension ResponseParser {
    /// `body = "(" (body-type-1part / body-type-mpart) ")"` (RFC 3501 §9).
    mutating func body() throws(ResponseFault) -> BodyStructure {
        try open("body")
        let body: BodyStructure = isAtList ? .multipart(try bodyTypeMpart()) : .part(try bodyType1part())
        try expectClose("body")
        return body
    }

    /// `body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]` (RFC 3501 §9); spaces between bodies pass.
    private mutating func bodyTypeMpart() throws(ResponseFault) -> MultipartBody {
        var parts: [BodyStructure] = []
        while isAtList {
            parts.append(try body())
            spaces()
        }
        let subtype = try string("media-subtype")
        var multipart = MultipartBody(parts: parts, subtype: subtype, parameters: nil, extensions: BodyExtensions())
        if try another("body-ext-mpart") {
            multipart.parameters = try bodyFldParam()
            multipart.extensions = try bodyExtensions("body-ext-mpart")
        }
        return multipart
    }

    /// `body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]` (RFC 3501 §9).
    private mutating func bodyType1part() throws(ResponseFault) -> BodyPart {
        var part = try bodyFields()
        if part.type.equalsIgnoringCase("TEXT") {
            try space("body-type-text")
            part.lines = try optionalNumber("body-fld-lines")
        } else if part.type.equalsIgnoringCase("MESSAGE"),
            part.subtype.equalsIgnoringCase("RFC822") || part.subtype.equalsIgnoringCase("GLOBAL"),
            cursor.peek(ahead: 1) == ASCII.openParenthesis
        {
            // Without a parenthesis here the server gives the message as a part of a basic type.
            try space("body-type-msg")
            let envelope = try envelope()
            try space("body-type-msg")
            part.message = EmbeddedMessage(envelope: envelope, structure: try body())
            try space("body-type-msg")
            part.lines = try optionalNumber("body-fld-lines")
        }
        if try another("body-ext-1part") {
            part.hasExtensions = true
            part.md5 = try nstring("body-fld-md5")
            part.extensions = try bodyExtensions("body-ext-1part")
        }
        return part
    }

    /// `media-type SP media-subtype SP body-fields`, `body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP
    /// body-fld-enc SP body-fld-octets` (RFC 3501 §9).
    private mutating func bodyFields() throws(ResponseFault) -> BodyPart {
        let type = try string("media-basic")
        try space("media-basic")
        let subtype = try string("media-subtype")
        try space("body-fields")
        let parameters = try bodyFldParam()
        try space("body-fields")
        let id = try nstring("body-fld-id")
        try space("body-fields")
        let contentDescription = try nstring("body-fld-desc")
        try space("body-fields")
        let encoding = try bodyFldEnc()
        try space("body-fields")
        let size = try optionalNumber("body-fld-octets")
        return BodyPart(
            type: type, subtype: subtype, parameters: parameters, id: id, contentDescription: contentDescription,
            encoding: encoding, size: size, lines: nil, message: nil, md5: nil, hasExtensions: false,
            extensions: BodyExtensions())
    }

    /// `body-fld-enc` (RFC 3501 §9); NIL and a word without quotes are taken as real servers send them.
    private mutating func bodyFldEnc() throws(ResponseFault) -> IMAP4Text? {
        if skipNil() { return nil }
        return cursor.peek?.isAlpha == true || cursor.peek?.isDigit == true
            ? try word("body-fld-enc") : try string("body-fld-enc")
    }

    /// A number of octets or lines; NIL and negative numbers, which real servers send, mean that it is not known.
    private mutating func optionalNumber(_ rule: String) throws(ResponseFault) -> UInt64? {
        if skipNil() { return nil }
        let isNegative = cursor.skip(ASCII.hyphen)
        let number = try number64(rule)
        return isNegative ? nil : number
    }

    /// `body-fld-param = "(" string SP string *(SP string SP string) ")" / nil` (RFC 3501 §9); `()` is taken as NIL.
    private mutating func bodyFldParam() throws(ResponseFault) -> [BodyParameter] {
        if skipNil() { return [] }
        var parameters: [BodyParameter] = []
        try open("body-fld-param")
        while !close() {
            spaces()
            let name = try string("body-fld-param")
            try space("body-fld-param")
            parameters.append(BodyParameter(name: name, value: try string("body-fld-param")))
        }
        return parameters
    }

    /// `[SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]` (RFC 3501 §9).
    private mutating func bodyExtensions(_ rule: String) throws(ResponseFault) -> BodyExtensions {
        var extensions = BodyExtensions()
        guard try another(rule) else { return extensions }
        extensions.count = 1
        extensions.disposition = try bodyFldDsp()
        guard try another(rule) else { return extensions }
        extensions.count = 2
        extensions.languages = try bodyFldLang()
        guard try another(rule) else { return extensions }
        extensions.count = 3
        extensions.location = try nstring("body-fld-loc")
        while try another(rule) { extensions.others.append(try value("body-extension")) }
        return extensions
    }

    /// Whether one more field of extension data follows; its space is passed.
    private mutating func another(_ rule: String) throws(ResponseFault) -> Bool {
        let start = cursor.position
        spaces()
        if cursor.peek == ASCII.closeParenthesis || cursor.position == start {
            cursor.move(to: start)
            return false
        }
        return true
    }

    /// `body-fld-dsp = "(" string SP body-fld-param ")" / nil` (RFC 3501 §9).
    private mutating func bodyFldDsp() throws(ResponseFault) -> BodyDisposition? {
        if skipNil() { return nil }
        try open("body-fld-dsp")
        let type = try string("body-fld-dsp")
        try space("body-fld-dsp")
        let disposition = BodyDisposition(type: type, parameters: try bodyFldParam())
        try expectClose("body-fld-dsp")
        return disposition
    }

    /// `body-fld-lang = nstring / "(" string *(SP string) ")"` (RFC 3501 §9); NIL in the list is passed.
    private mutating func bodyFldLang() throws(ResponseFault) -> [IMAP4Text] {
        guard isAtList else { return try nstring("body-fld-lang").map { [$0] } ?? [] }
        var languages: [IMAP4Text] = []
        try open("body-fld-lang")
        while !close() {
            spaces()
            if let language = try nstring("body-fld-lang") { languages.append(language) }
        }
        return languages
    }
}
