import Octets
import RFC5322

/// What there is to say about a message: its fields, its tree and everything that is wrong with it.
struct MessageReport {
    /// What is asked for beyond the usual.
    struct Options {
        var headers = false
        var offsets = false
    }

    let message: Message
    let options: Options
    /// All defects: of the structure, and of what was decoded for the report.
    private(set) var defects: [Defect]
    private(set) var subject: String?
    private(set) var from: [Correspondent] = []
    private(set) var to: [Correspondent] = []
    private(set) var cc: [Correspondent] = []
    private(set) var date: DateTime?
    private(set) var messageID: MessageID?
    /// The parts in the order of the octets.
    private(set) var parts: [PartReport] = []

    /// A name and an address, or what stood in place of it.
    struct Correspondent: Equatable {
        var name: String?
        var address: String
    }

    init(_ message: Message, options: Options) {
        self.message = message
        self.options = options
        defects = message.defects
        subject = message.subject
        if let reading = message.header[.subject]?.readText() { defects += reading.defects }
        from = correspondents(.from)
        to = correspondents(.to)
        cc = correspondents(.cc)
        if let reading = message.header[.date]?.readDateTime() {
            date = reading.value
            defects += reading.defects
        }
        if let reading = message.header[.messageID]?.readMessageIDs() {
            messageID = reading.value.first
            defects += reading.defects
        }
        for part in message.parts {
            let report = PartReport(part)
            defects += report.defects
            parts.append(report)
        }
        // The same field is read for several purposes.
        var seen: Set<Defect> = []
        defects = defects.filter { seen.insert($0).inserted }.sorted { $0.offset < $1.offset }
    }

    private mutating func correspondents(_ name: HeaderFieldName) -> [Correspondent] {
        var found: [Correspondent] = []
        for field in message.header.all(name) {
            let reading = field.readAddresses()
            defects += reading.defects
            for address in reading.value {
                switch address {
                case .group(let group): found += group.members.compactMap(Self.correspondent)
                default: if let one = Self.correspondent(address) { found.append(one) }
                }
            }
        }
        return found
    }

    private static func correspondent(_ address: Address) -> Correspondent? {
        switch address {
        case .mailbox(let mailbox): Correspondent(name: mailbox.displayName, address: mailbox.address.displayText)
        case .malformed(let malformed): Correspondent(name: malformed.displayName, address: malformed.text)
        case .group: nil
        }
    }
}

/// What there is to say about one part.
struct PartReport {
    let part: MessagePart
    let mediaType: MediaType
    /// Whether it is a multipart or encloses a message.
    let isContainer: Bool
    /// The message that it encloses in base64 or quoted-printable: it has no parts of its own in the message it came in.
    let enclosed: Message?
    let filename: String?
    let size: Int
    let sha256: String
    /// Of text: the digest of its characters in UTF-8, with LF line ends.
    let textSHA256: String?
    let defects: [Defect]

    init(_ part: MessagePart) {
        self.part = part
        let type = part.readContentType()
        mediaType = type.value.mediaType
        isContainer = part.isMultipart || mediaType.enclosesMessage
        var defects = type.defects
        guard !isContainer else {
            enclosed = mediaType.enclosesMessage && part.children.isEmpty ? part.enclosedMessage() : nil
            filename = nil
            size = 0
            sha256 = ""
            textSHA256 = nil
            self.defects = defects
            return
        }
        enclosed = nil
        let name = part.readFilename()
        let content = part.readContent()
        filename = name.value
        size = content.value.count
        sha256 = SHA256.hexadecimal(of: content.value.span)
        defects += name.defects + content.defects
        if mediaType.type == "text" {
            let text = part.readText()
            let octets = Array(text.value.utf8).withoutCarriageReturns
            textSHA256 = SHA256.hexadecimal(of: octets.span)
            defects += text.defects
        } else {
            textSHA256 = nil
        }
        self.defects = defects
    }
}

extension [UInt8] {
    /// A copy with CRLF turned into LF.
    fileprivate var withoutCarriageReturns: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        for (index, octet) in enumerated() {
            if octet == ASCII.cr, index + 1 < count, self[index + 1] == ASCII.lf { continue }
            result.append(octet)
        }
        return result
    }
}
