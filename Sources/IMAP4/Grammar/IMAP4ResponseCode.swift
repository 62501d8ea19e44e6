/// What a reply tells to programs, in brackets before its text (RFC 3501 §7.1, RFC 4315 §3, RFC 5530).
public enum IMAP4ResponseCode: Sendable, Hashable {
    /// The text must be shown to people.
    case alert
    /// The server does not know the charset of a search; those it knows.
    case badCharset([IMAP4Text])
    /// What the server can do.
    case capability([IMAP4Capability])
    /// The flags that can be changed for good.
    case permanentFlags([Flag])
    /// The mailbox is open for reading alone.
    case readOnly
    /// The mailbox is open for reading and writing.
    case readWrite
    /// The target mailbox does not exist; it might be created.
    case tryCreate
    /// The UID the next message will have at least.
    case uidNext(UID)
    /// The UIDVALIDITY of the selected mailbox.
    case uidValidity(UIDValidity)
    /// The first message without `\Seen`.
    case unseen(SequenceNumber)
    /// UIDs of appended messages (RFC 4315 §3, RFC 3502).
    case appendUID(UIDValidity, UIDSet)
    /// UIDs of copied or moved messages (RFC 4315 §3, RFC 6851 §4.3).
    case copyUID(CopiedUIDs)
    /// A code that is a word alone, such as `AUTHENTICATIONFAILED` (RFC 5530), upper case.
    case word(String)
    /// A code this version does not know, with all that follows its name.
    case other(name: IMAP4Text, IMAP4Text)
}

/// Where copied messages went: the UIDs they had and the UIDs they got, in the same order (RFC 4315 §3).
public struct CopiedUIDs: Sendable, Hashable {
    /// UIDVALIDITY of the target mailbox.
    public let validity: UIDValidity
    /// The UIDs in the source mailbox.
    public let source: UIDSet
    /// The UIDs in the target mailbox.
    public let target: UIDSet

    package init(validity: UIDValidity, source: UIDSet, target: UIDSet) {
        self.validity = validity
        self.source = source
        self.target = target
    }

    /// The UID a copied message got; nil where the server does not tell, or names more on one side than on the other.
    public func target(of uid: UID) -> UID? {
        guard source.count != nil, source.count == target.count else { return nil }
        var passed: UInt64 = 0
        for case .range(let range) in source.elements {
            if range.contains(uid) {
                return Self.uid(at: passed + UInt64(uid.value - range.lowerBound.value), in: target)
            }
            passed += UInt64(range.upperBound.value - range.lowerBound.value) + 1
        }
        return nil
    }

    private static func uid(at place: UInt64, in set: UIDSet) -> UID? {
        var left = place
        for case .range(let range) in set.elements {
            let length = UInt64(range.upperBound.value - range.lowerBound.value) + 1
            if left < length { return UID(range.lowerBound.value + UInt32(left)) }
            left -= length
        }
        return nil
    }
}

extension IMAP4ResponseCode: CustomStringConvertible {
    /// The code as RFC 3501 writes it between the brackets, escaped for display.
    public var description: String {
        switch self {
        case .alert: "ALERT"
        case .badCharset(let names): names.isEmpty ? "BADCHARSET" : "BADCHARSET (\(list(names)))"
        case .capability(let names): "CAPABILITY \(list(names))"
        case .permanentFlags(let flags): "PERMANENTFLAGS (\(list(flags)))"
        case .readOnly: "READ-ONLY"
        case .readWrite: "READ-WRITE"
        case .tryCreate: "TRYCREATE"
        case .uidNext(let uid): "UIDNEXT \(uid)"
        case .uidValidity(let validity): "UIDVALIDITY \(validity)"
        case .unseen(let number): "UNSEEN \(number)"
        case .appendUID(let validity, let uids): "APPENDUID \(validity) \(uids)"
        case .copyUID(let copied): "COPYUID \(copied.validity) \(copied.source) \(copied.target)"
        case .word(let word): word
        case .other(let name, let rest): rest.isEmpty ? "\(name)" : "\(name) \(rest)"
        }
    }

    private func list(_ values: [some CustomStringConvertible]) -> String {
        values.map(\.description).joined(separator: " ")
    }
}
