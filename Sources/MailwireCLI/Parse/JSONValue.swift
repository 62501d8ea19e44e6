/// A value of RFC 8259, to be written; objects keep the order of their members.
indirect enum JSONValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
    case null
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// A member of an object.
    struct Member: Sendable, Equatable {
        var name: String
        var value: JSONValue

        init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// A string, or null.
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// The value on one line, without spaces.
    var text: String { String(decoding: octets, as: UTF8.self) }

    /// The value on one line in UTF-8, without spaces. It is written from a list of what is left to write, so that no
    /// depth of nesting can exhaust the stack.
    var octets: [UInt8] {
        enum Piece {
            case value(JSONValue)
            case text(String)
            case name(String)
        }
        var output: [UInt8] = []
        var pieces: [Piece] = [.value(self)]
        while let piece = pieces.popLast() {
            switch piece {
            case .text(let text): output.append(contentsOf: text.utf8)
            case .name(let name):
                Self.append(name, to: &output)
                output.append(UInt8(ascii: ":"))
            case .value(.null): output.append(contentsOf: "null".utf8)
            case .value(.boolean(let value)): output.append(contentsOf: (value ? "true" : "false").utf8)
            case .value(.integer(let value)): output.append(contentsOf: String(value).utf8)
            case .value(.string(let value)): Self.append(value, to: &output)
            case .value(.array(let elements)):
                output.append(UInt8(ascii: "["))
                pieces.append(.text("]"))
                for (index, element) in elements.enumerated().reversed() {
                    pieces.append(.value(element))
                    if index > 0 { pieces.append(.text(",")) }
                }
            case .value(.object(let members)):
                output.append(UInt8(ascii: "{"))
                pieces.append(.text("}"))
                for (index, member) in members.enumerated().reversed() {
                    pieces.append(.value(member.value))
                    pieces.append(.name(member.name))
                    if index > 0 { pieces.append(.text(",")) }
                }
            }
        }
        return output
    }

    /// `string` of RFC 8259 §7: quotes, backslashes and control characters are escaped, nothing else.
    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(octet)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F:
                let digits = String(octet, radix: 16)
                output.append(contentsOf: "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8)
            default: output.append(octet)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
