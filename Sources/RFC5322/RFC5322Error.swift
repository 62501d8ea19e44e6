/// Why a message, or a piece of one, cannot be built or sent.
///
/// Reading never throws: what is wrong with a message that was received is told by its `Defect`s.
public struct RFC5322Error: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public struct Kind: Sendable, Hashable {
        private enum Value {
            case forbiddenCharacter, invalidAddress, invalidMessageID, invalidFieldName, reservedFieldName
            case invalidMediaType, missingField, tooLong, unencodable, noRecipient, invalidDate
        }
        private let value: Value

        /// CR, LF or NUL stands where it could begin a field or command of its own.
        public static let forbiddenCharacter = Kind(value: .forbiddenCharacter)
        /// The text is not an addr-spec or display-name.
        public static let invalidAddress = Kind(value: .invalidAddress)
        /// The text is not a msg-id.
        public static let invalidMessageID = Kind(value: .invalidMessageID)
        /// The text is not a field-name.
        public static let invalidFieldName = Kind(value: .invalidFieldName)
        /// The field has a property of its own and cannot be added by name.
        public static let reservedFieldName = Kind(value: .reservedFieldName)
        /// The text is not a media type, or not one that an attachment can have.
        public static let invalidMediaType = Kind(value: .invalidMediaType)
        /// A field that every message must have is not there.
        public static let missingField = Kind(value: .missingField)
        /// The value is longer than a header line can be.
        public static let tooLong = Kind(value: .tooLong)
        /// No transfer encoding that the media type allows can carry the octets.
        public static let unencodable = Kind(value: .unencodable)
        /// No field names a recipient.
        public static let noRecipient = Kind(value: .noRecipient)
        /// The date lies outside the years that the grammar can write.
        public static let invalidDate = Kind(value: .invalidDate)
    }

    /// What is wrong.
    public let kind: Kind

    /// The header field it is about, where it is about one.
    public let field: HeaderFieldName?

    /// The whole story in a sentence, fit for a terminal.
    public let description: String

    init(_ kind: Kind, field: HeaderFieldName? = nil, _ description: String) {
        self.kind = kind
        self.field = field
        self.description = description
    }
}
