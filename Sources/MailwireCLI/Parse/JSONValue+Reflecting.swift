import IMAP4
import Octets
import POP3
import SMTP

/// A value whose description is the whole of it: JSON shows that, not what it is made of.
private protocol ShownAsText: CustomStringConvertible {}

extension BodySection: ShownAsText {}
extension EnhancedStatusCode: ShownAsText {}
extension Flag: ShownAsText {}
extension IMAP4Capability: ShownAsText {}
extension IMAP4Tag: ShownAsText {}
extension IMAP4Text: ShownAsText {}
extension MailboxAttribute: ShownAsText {}
extension MailboxName: ShownAsText {}
extension NumberSet: ShownAsText {}
extension ReplyCode: ShownAsText {}

extension JSONValue {
    /// `value` as JSON: structs as objects of their properties, enums as their case's name or an object with it, octets as text.
    ///
    /// Parsers bound how deep their values nest, so this may call itself.
    init(reflecting value: Any) {
        switch value {
        case let text as any ShownAsText: self = .string(text.description)
        case let text as String: self = .string(text)
        case let text as Character: self = .string(String(text))
        case let flag as Bool: self = .boolean(flag)
        // An empty array of anything would pass for octets.
        case let octets as [UInt8] where type(of: value) == [UInt8].self:
            self = .string(EscapedOctets(octets.span).description)
        case let number as any BinaryInteger:
            self = Int(exactly: number).map { .integer($0) } ?? .string(String(describing: number))
        default: self = Self.structure(Mirror(reflecting: value), value)
        }
    }

    private static func structure(_ mirror: Mirror, _ value: Any) -> JSONValue {
        switch mirror.displayStyle {
        case .optional: mirror.children.first.map { JSONValue(reflecting: $0.value) } ?? .null
        case .collection, .set: .array(mirror.children.map { JSONValue(reflecting: $0.value) })
        case .enum:
            mirror.children.first.map { child in
                .object([Member(child.label ?? "value", JSONValue(reflecting: child.value))])
            } ?? .string(String(describing: value))
        case .tuple where mirror.children.allSatisfy { $0.label?.hasPrefix(".") ?? true }:
            .array(mirror.children.map { JSONValue(reflecting: $0.value) })
        default:
            // A struct with one property is a type for that property's grammar.
            if mirror.children.count == 1, let only = mirror.children.first {
                JSONValue(reflecting: only.value)
            } else {
                .object(mirror.children.map { Member(Self.name($0.label), JSONValue(reflecting: $0.value)) })
            }
        }
    }

    /// A property's name; what has none in a tuple has its place.
    private static func name(_ label: String?) -> String {
        guard let label else { return "" }
        return label.hasPrefix(".") ? String(label.dropFirst()) : label
    }
}
