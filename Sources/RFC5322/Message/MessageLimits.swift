extension Message {
    /// How much of a stranger's message is taken apart. Reaching a limit is a `Defect`; nothing is lost from the octets.
    public struct Limits: Sendable, Hashable {
        /// How deep parts may be nested, the message itself being 1. Default 100.
        public var depth = 100
        /// How many parts a message may have, containers included. Default 10,000.
        public var parts = 10_000
        /// How many header fields a message may have, all parts together. Default 100,000.
        public var fields = 100_000
        /// The length of a header field in octets, from its name to its last line end. Default 1 MiB.
        public var fieldLength = 1 << 20
        /// The length of all header sections together in octets. Default 16 MiB.
        public var headerLength = 16 << 20
        /// The length of a multipart's boundary in octets (RFC 2046 §5.1.1 allows 70). Default 2,048.
        public var boundaryLength = 2_048
        /// How many parameters a field may have, sections counted each. Default 1,000.
        public var parameters = 1_000
        /// How many addresses or message identifiers a field may have. Default 10,000.
        public var values = 10_000
        /// How many defects of one reading are told. Default 1,000.
        public var defects = 1_000

        /// The defaults.
        public init() {}
    }
}
