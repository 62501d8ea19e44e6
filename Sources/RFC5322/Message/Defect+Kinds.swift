extension Defect.Kind {
    // MARK: Header section

    /// A line in the header section is no field; the body was taken to begin there.
    public static let lineIsNoField = Self("a line is no header field; the body begins there", "fields, RFC 5322 §3.6")
    /// The first line of a header section is a continuation.
    public static let continuationWithoutField = Self(
        "a continuation line has no field before it", "FWS, RFC 5322 §3.2.2")
    /// A `From ` line, as mbox files have it, stands in the header section.
    public static let mailboxSeparator = Self("a \"From \" line stands in the header section", "fields, RFC 5322 §3.6")
    /// A field name holds octets outside ASCII.
    public static let fieldNameNotASCII = Self("a field name is not ASCII", "field-name, RFC 5322 §3.6.8")
    /// A field that may stand once stands twice; the first was read.
    public static let repeatedField = Self("a field is repeated; the first was read", "RFC 5322 §3.6")
    /// A quoted string, comment or domain literal does not end.
    public static let unterminatedToken = Self("a quoted string, comment or literal does not end", "RFC 5322 §3.2")

    // MARK: Values

    /// An address does not fit the grammar.
    public static let malformedAddress = Self("an address does not fit", "address, RFC 5322 §3.4")
    /// A date does not fit the grammar.
    public static let malformedDate = Self("a date does not fit", "date-time, RFC 5322 §3.3")
    /// A message identifier does not fit the grammar.
    public static let malformedMessageID = Self("a message identifier does not fit", "msg-id, RFC 5322 §3.6.4")
    /// A field that holds one media type holds something else; read as `text/plain`.
    public static let malformedContentType = Self("a media type does not fit", "content, RFC 2045 §5.1")
    /// A disposition does not fit the grammar.
    public static let malformedDisposition = Self("a disposition does not fit", "disposition, RFC 2183 §2")
    /// A parameter does not fit the grammar.
    public static let malformedParameter = Self("a parameter does not fit", "parameter, RFC 2045 §5.1")
    /// A parameter is given twice; the first was read.
    public static let repeatedParameter = Self(
        "a parameter is repeated; the first was read", "parameter, RFC 2045 §5.1")
    /// The sections of a continued parameter have a gap; what follows it was left out.
    public static let parameterGap = Self("a section of a continued parameter is missing", "section, RFC 2231 §3")
    /// An encoded word has a space in it, or nothing parts it from its neighbour.
    public static let looseEncodedWord = Self(
        "an encoded word is not set apart as it must be", "encoded-word, RFC 2047 §2")
    /// The octets of an encoded word are damaged.
    public static let damagedEncodedWord = Self("an encoded word is damaged", "encoded-text, RFC 2047 §4")

    // MARK: Structure

    /// A multipart names no boundary; it was not taken apart.
    public static let missingBoundary = Self("a multipart names no boundary", "boundary, RFC 2046 §5.1.1")
    /// A multipart has no delimiter line.
    public static let noBodyPart = Self("a multipart has no body part", "multipart-body, RFC 2046 §5.1.1")
    /// A multipart ends without its close-delimiter.
    public static let missingCloseDelimiter = Self(
        "a multipart has no close-delimiter", "close-delimiter, RFC 2046 §5.1.1")
    /// A multipart claims to be in base64 or quoted-printable; read as it stands.
    public static let encodedMultipart = Self("a multipart names a transfer encoding", "encoding, RFC 2045 §6.4")
    /// A message within a message is in base64 or quoted-printable.
    public static let encodedMessage = Self("an enclosed message is transfer-encoded", "encoding, RFC 2046 §5.2.1")

    // MARK: Bodies

    /// A transfer encoding is not known; the octets were left as they stand.
    public static let unknownTransferEncoding = Self("an unknown transfer encoding", "mechanism, RFC 2045 §6.1")
    /// An octet outside the alphabet stands in base64; it was passed over.
    public static let base64Octet = Self("an octet is not base64", "base64, RFC 2045 §6.8")
    /// Base64 ends within a group.
    public static let base64Padding = Self("base64 ends within a group", "base64, RFC 2045 §6.8")
    /// Base64 goes on after its padding.
    public static let base64AfterPadding = Self("base64 goes on after its padding", "base64, RFC 2045 §6.8")
    /// A `=` in quoted-printable is followed by neither two digits nor a line end; it was left as it stands.
    public static let quotedPrintableEscape = Self(
        "an escape is not two hexadecimal digits", "hex-octet, RFC 2045 §6.7")
    /// A charset is not known; octets outside ASCII became U+FFFD.
    public static let unknownCharset = Self("an unknown charset", "charset, RFC 2045 §5.1")
    /// Octets do not fit their charset; they became U+FFFD.
    public static let invalidInCharset = Self("octets do not fit their charset", "charset, RFC 2045 §5.1")
    /// Octets outside ASCII stand where no charset is named; read as UTF-8.
    public static let unlabelledEightBit = Self("octets outside ASCII have no charset", "charset, RFC 2045 §5.2")

    // MARK: Limits

    /// Parts are nested deeper than `Message.Limits.depth`; what lies deeper was not taken apart.
    public static let tooDeep = Self("parts are nested too deep", "limit depth")
    /// There are more parts than `Message.Limits.parts`; the last reaches to the end.
    public static let tooManyParts = Self("too many parts", "limit parts")
    /// There are more fields than `Message.Limits.fields`; the rest was read as body.
    public static let tooManyFields = Self("too many header fields", "limit fields")
    /// A field is longer than `Message.Limits.fieldLength`; its value was cut there.
    public static let fieldTooLong = Self("a header field is too long", "limit fieldLength")
    /// All header sections together are longer than `Message.Limits.headerLength`; the rest was read as body.
    public static let headerTooLong = Self("the header sections are too long", "limit headerLength")
    /// A boundary is longer than `Message.Limits.boundaryLength`; the multipart was not taken apart.
    public static let boundaryTooLong = Self("a boundary is too long", "limit boundaryLength")
    /// A field has more parameters than `Message.Limits.parameters`; the rest was left out.
    public static let tooManyParameters = Self("too many parameters", "limit parameters")
    /// A field has more addresses or identifiers than `Message.Limits.values`; the rest was left out.
    public static let tooManyValues = Self("too many addresses or identifiers", "limit values")
    /// There are more defects than `Message.Limits.defects`; the rest was not told.
    public static let tooManyDefects = Self("too many defects", "limit defects")
}
