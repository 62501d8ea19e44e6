/// Something in a message that is not as its RFC wants it, and in spite of which reading went on.
public struct Defect: Sendable, Hashable, CustomStringConvertible {
    /// What can be wrong; an open set.
    public struct Kind: Sendable, Hashable {
        /// What is wrong, and how it was read, in a few words.
        public let what: String
        /// The ABNF rule or limit that was not met, with its RFC and section.
        public let rule: String

        init(_ what: String, _ rule: String) {
            self.what = what
            self.rule = rule
        }
    }

    /// What is wrong.
    public let kind: Kind

    /// The offset of the octet it was seen at, from the start of the message.
    public let offset: Int

    /// What is wrong, and how it was read, in a few words.
    public var what: String { kind.what }

    /// The ABNF rule or limit that was not met, with its RFC and section.
    public var rule: String { kind.rule }

    /// A defect of `kind` seen at `offset`.
    public init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// The offset, what is wrong, and the rule.
    public var description: String { "octet \(offset): \(what) (\(rule))" }
}

/// The best reading of something a stranger wrote, with what was wrong about it.
public struct Reading<Value: Sendable>: Sendable {
    /// What was understood.
    public let value: Value

    /// What was not as it should be, in the order of reading; empty when nothing was.
    public let defects: [Defect]

    init(_ value: Value, _ defects: [Defect] = []) {
        self.value = value
        self.defects = defects
    }
}
