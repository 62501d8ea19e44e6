internal import Octets

/// The machine-readable reason at the start of a response's text (RFC 2449 §8, RFC 3206).
///
/// Compared without case (RFC 3206 §4); codes that nobody here knows are as good as any other.
public struct POP3ResponseCode: Sendable, Hashable, CustomStringConvertible {
    /// The code as the server wrote it, without brackets; levels are apart by `/`.
    public let rawName: String
    /// The code in upper case, which alone is compared.
    public let canonicalName: String

    /// The code of that name, in any case.
    public init(_ name: String) {
        rawName = name
        canonicalName = name.uppercased()
    }

    /// Another session has the maildrop (RFC 2449 §8.1.2).
    public static let inUse = POP3ResponseCode("IN-USE")
    /// The last login is not long enough ago (RFC 2449 §8.1.1).
    public static let loginDelay = POP3ResponseCode("LOGIN-DELAY")
    /// Something is wrong with the credentials (RFC 3206 §5).
    public static let auth = POP3ResponseCode("AUTH")
    /// The system failed, not the user (RFC 3206 §4).
    public static let sys = POP3ResponseCode("SYS")
    /// The system failed, and will soon do better (RFC 3206 §4).
    public static let sysTemp = POP3ResponseCode("SYS/TEMP")
    /// The system failed, and somebody must mend it (RFC 3206 §4).
    public static let sysPerm = POP3ResponseCode("SYS/PERM")

    /// Whether this is `code` or stands below it, as `SYS/TEMP` stands below `SYS`.
    public func isWithin(_ code: POP3ResponseCode) -> Bool {
        self == code || canonicalName.hasPrefix(code.canonicalName + "/")
    }

    /// Whether the same request may succeed later, unchanged; nil where the code does not say.
    public var mayRetry: Bool? {
        if isWithin(.inUse) || isWithin(.loginDelay) || isWithin(.sysTemp) { return true }
        if isWithin(.auth) || isWithin(.sysPerm) { return false }
        return nil
    }

    /// The code in brackets; fit for a terminal.
    public var description: String { "[\(rawName)]" }

    /// Compares the canonical names.
    public static func == (left: POP3ResponseCode, right: POP3ResponseCode) -> Bool {
        left.canonicalName == right.canonicalName
    }

    /// Hashes the canonical name.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }

    /// Takes a code from the start of a text; nil, without moving, where none stands there.
    ///
    /// ```
    /// resp-code  = "[" resp-level *("/" resp-level) "]"
    /// resp-level = 1*rchar
    /// rchar      = %x21-2E / %x30-5C / %x5E-7F     ; RFC 2449 §3
    /// ```
    static func respCode(_ cursor: inout OctetCursor) -> POP3ResponseCode? {
        let start = cursor.position
        guard cursor.skip(0x5B) else { return nil }
        let name = cursor.octets.extracting(cursor.takeRange { (0x21...0x7E).contains($0) && $0 != 0x5D })
        guard cursor.skip(0x5D), hasNonEmptyLevels(name) else {
            cursor.move(to: start)
            return nil
        }
        return POP3ResponseCode(String(decoding: name))
    }

    private static func hasNonEmptyLevels(_ name: Span<UInt8>) -> Bool {
        var length = 0
        for index in 0..<name.count {
            if name[index] != 0x2F {
                length += 1
            } else if length == 0 {
                return false
            } else {
                length = 0
            }
        }
        return length > 0
    }
}
