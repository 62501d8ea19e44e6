internal import Octets

/// One header field of a parsed message: ranges over the message's octets, read on demand.
public struct HeaderField: Sendable {
    let index: MessageIndex
    let record: FieldRecord

    /// The octets of the field in the message, from its name to its last line end.
    public var range: Range<Int> { record.start..<record.end }

    /// The octets of the name in the message, up to the colon.
    public var nameRange: Range<Int> { record.start..<record.colon }

    /// The octets of the value in the message: behind the colon, without the last line end.
    public var valueRange: Range<Int> {
        var end = record.end
        if end > record.colon + 1, index.octets[end - 1] == ASCII.lf {
            end -= 1
            if end > record.colon + 1, index.octets[end - 1] == ASCII.cr { end -= 1 }
        }
        return (record.colon + 1)..<end
    }

    /// The field as it stands in the message, with its line ends.
    public var octets: ArraySlice<UInt8> { index.octets[range] }

    /// The name.
    public var name: HeaderFieldName {
        var end = record.colon
        while end > record.start, index.octets[end - 1].isWhiteSpace { end -= 1 }
        return HeaderFieldName(parsed: String(decoding: index.octets[record.start..<end], as: UTF8.self))
    }

    /// The value as it stands in the message, folds and leading space included (the raw form of RFC 8621 §4.1.2.1);
    /// octets that are not UTF-8 become U+FFFD.
    public var rawValue: String { String(decoding: index.octets[valueRange], as: UTF8.self) }

    /// Whether the field has the name `name`.
    public func isNamed(_ name: HeaderFieldName) -> Bool {
        let octets = index.octets
        return name.matches(octets.span.extracting(nameRange))
    }

    /// The part of the value that is read: all of it, up to `Message.Limits.fieldLength` octets of the field.
    var readRange: Range<Int> {
        let whole = valueRange
        return whole.lowerBound..<max(whole.lowerBound, min(whole.upperBound, record.start + index.limits.fieldLength))
    }
}

/// The header section of a message or part: its fields in order.
public struct HeaderSection: Sendable, RandomAccessCollection {
    let index: MessageIndex
    let fields: Range<Int>

    /// 0.
    public var startIndex: Int { 0 }

    /// The number of fields.
    public var endIndex: Int { fields.count }

    /// The field at `position`, counted from 0.
    public subscript(position: Int) -> HeaderField {
        precondition(position >= 0 && position < fields.count)
        return HeaderField(index: index, record: index.fields[fields.lowerBound + position])
    }

    /// The first field named `name`.
    public subscript(name: HeaderFieldName) -> HeaderField? {
        let octets = index.octets
        for record in index.fields[fields] where name.matches(octets.span.extracting(record.start..<record.colon)) {
            return HeaderField(index: index, record: record)
        }
        return nil
    }

    /// All fields named `name`, in order.
    public func all(_ name: HeaderFieldName) -> [HeaderField] {
        let octets = index.octets
        var found: [HeaderField] = []
        for record in index.fields[fields] where name.matches(octets.span.extracting(record.start..<record.colon)) {
            found.append(HeaderField(index: index, record: record))
        }
        return found
    }
}
