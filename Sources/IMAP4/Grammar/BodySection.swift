internal import Octets

/// A part of a message that FETCH can give (`section` of RFC 3501 §9): `[]`, `[1.2]`, `[1.MIME]`, `[HEADER.FIELDS
/// (Date)]` …
public struct BodySection: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// What of the part is meant.
    public enum Text: Sendable, Hashable {
        /// The part itself, or the whole message.
        case content
        /// The header of the message.
        case header
        /// These fields of the header.
        case headerFields([String])
        /// All fields of the header but these.
        case headerFieldsNot([String])
        /// The message without its header.
        case text
        /// The MIME header of the part.
        case mime
    }

    /// The numbers of the part, from the outermost inwards; empty for the message itself.
    public let part: [UInt32]

    /// What of the part is meant.
    public let text: Text

    /// The literal this was made of where it is not a section; such a section cannot be sent.
    package let invalidLiteral: String?

    /// A section.
    public init(part: [UInt32] = [], _ text: Text = .content) {
        self.part = part
        self.text = text
        invalidLiteral = nil
    }

    /// The whole message.
    public static let all = BodySection()
    /// The header of the message.
    public static let header = BodySection(.header)
    /// The message without its header.
    public static let text = BodySection(.text)

    /// A section as RFC 3501 writes it between the brackets: `""`, `"1.2"`, `"TEXT"`, `"1.MIME"`.
    ///
    /// Header fields are named with `BodySection(.headerFields([…]))` instead. A literal that is no section makes a
    /// value whose use throws `invalidArgument`.
    public init(stringLiteral value: String) {
        var part: [UInt32] = []
        var words = value.uppercased().split(separator: ".", omittingEmptySubsequences: false)[...]
        while let word = words.first, let number = UInt32(word), number > 0, word.utf8.allSatisfy(\.isDigit) {
            part.append(number)
            words = words.dropFirst()
        }
        let text: Text? =
            switch words.joined(separator: ".") {
            case "": words.isEmpty || value.isEmpty ? .content : nil
            case "HEADER": .header
            case "TEXT": .text
            case "MIME": part.isEmpty ? nil : .mime
            default: nil
            }
        self.part = part
        self.text = text ?? .content
        invalidLiteral = text == nil ? value : nil
    }

    /// The section as RFC 3501 writes it, brackets included.
    public var description: String {
        if let invalidLiteral { return "[\(invalidLiteral.escapedForDisplay)]" }
        let numbers = part.map { String($0) }
        let word: [String] =
            switch text {
            case .content: []
            case .header: ["HEADER"]
            case .headerFields(let names): ["HEADER.FIELDS (\(names.joined(separator: " ")))"]
            case .headerFieldsNot(let names): ["HEADER.FIELDS.NOT (\(names.joined(separator: " ")))"]
            case .text: ["TEXT"]
            case .mime: ["MIME"]
            }
        return "[\((numbers + word).joined(separator: "."))]"
    }
}
