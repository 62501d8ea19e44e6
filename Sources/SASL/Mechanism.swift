public import Octets

/// One side of a SASL exchange (RFC 4422): challenges in, responses out; no Base64, no input or output.
///
/// A mechanism serves one exchange. Every response is secret as a whole.
public protocol Mechanism: Sendable {
    /// The registered name, upper case.
    var name: String { get }

    /// Whether the password could be read by whoever sees the responses; such a mechanism needs TLS.
    var showsPassword: Bool { get }

    /// The response sent with the command itself, where the protocol has room for it; nil when the server speaks first.
    mutating func initialResponse() throws(SASLError) -> Secret?

    /// Answers a challenge of the server.
    mutating func respond(to challenge: [UInt8]) throws(SASLError) -> Secret

    /// The server says the exchange succeeded.
    ///
    /// - Throws: when the mechanism has proof outstanding that the server is who it claims to be.
    mutating func verifySuccess() throws(SASLError)
}

extension Mechanism {
    /// Nothing is outstanding.
    public mutating func verifySuccess() throws(SASLError) {}
}

/// Why a SASL exchange cannot go on.
public struct SASLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened.
    public struct Kind: Sendable, Hashable {
        private enum Value { case unexpectedChallenge, invalidCredential, noCommonMechanism, needsTLS }
        private let value: Value

        /// The server sent a challenge where the mechanism has none.
        public static let unexpectedChallenge = Kind(value: .unexpectedChallenge)
        /// The user name or password cannot be sent by the mechanism.
        public static let invalidCredential = Kind(value: .invalidCredential)
        /// Server and caller have no mechanism in common.
        public static let noCommonMechanism = Kind(value: .noCommonMechanism)
        /// The only common mechanisms would show the password, and the connection is in plaintext.
        public static let needsTLS = Kind(value: .needsTLS)
    }

    /// What happened.
    public let kind: Kind
    /// The whole story in a sentence, without secrets.
    public let description: String

    /// An error of `kind`, told by `description`, which must hold no secret.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
