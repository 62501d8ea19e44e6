internal import Octets

/// An internet message (RFC 5322, MIME): its octets, kept once, and what lies where in them.
///
/// A message is read in one pass that finds its parts and header fields; addresses, dates, texts and bodies are decoded when
/// they are asked for. Reading never fails: of a damaged message there is the best reading, and a list of `Defect`s. The
/// octets stay as they came, whole and part by part, so that what was read can be written back and its signatures hold.
///
/// New messages are made by `MessageDraft`. Copies of a message share its memory.
public struct Message: Sendable {
    let index: MessageIndex

    /// The message in `octets`: lines that end in CRLF, LF, or either by turns.
    ///
    /// - Parameters:
    ///   - octets: all of the message; the message keeps them.
    ///   - limits: how much of it is taken apart.
    public init(parsing octets: [UInt8], limits: Limits = Limits()) {
        var parser = MessageParser(octets, limits: limits)
        index = parser.parse()
    }

    /// The message as it came, octet for octet.
    public var octets: [UInt8] { index.octets }

    /// What is wrong with its structure, in the order of the octets. What is wrong within a field or body is told by whoever
    /// reads that.
    public var defects: [Defect] { index.defects }

    /// The limits it was read with.
    public var limits: Limits { index.limits }

    /// The message as the part that holds all others.
    public var root: MessagePart { MessagePart(index: index, number: 0) }

    /// All parts, a container before what it contains, in the order of the octets; the first is `root`.
    public var parts: MessageParts { MessageParts(index: index, numbers: 0..<index.parts.count) }

    /// The message's own header section.
    public var header: HeaderSection { root.header }
}

/// Parts of a message, a container before what it contains.
public struct MessageParts: Sendable, RandomAccessCollection {
    let index: MessageIndex
    let numbers: Range<Int>

    /// 0.
    public var startIndex: Int { 0 }

    /// The number of parts.
    public var endIndex: Int { numbers.count }

    /// The part at `position`, counted from 0.
    public subscript(position: Int) -> MessagePart {
        precondition(position >= 0 && position < numbers.count)
        return MessagePart(index: index, number: numbers.lowerBound + position)
    }
}
