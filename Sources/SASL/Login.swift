public import Octets

/// LOGIN (draft-murchison-sasl-login, obsolete but widely offered): the user name, then the password, each when asked.
public struct Login: Mechanism {
    private let user: String
    private let password: Secret
    private var answered = 0

    /// An exchange for `user`.
    ///
    /// - Throws: `invalidCredential` for a NUL in either, or an empty one.
    public init(user: String, password: Secret) throws(SASLError) {
        guard !user.isEmpty, !password.isEmpty else {
            throw SASLError(.invalidCredential, "LOGIN needs a user name and a password of at least one octet")
        }
        let holdsNUL = password.withOctets { span in span.firstOffset(of: 0) != nil }
        guard !user.utf8.contains(0), !holdsNUL else {
            throw SASLError(.invalidCredential, "LOGIN cannot carry NUL in a user name or password")
        }
        self.user = user
        self.password = password
    }

    /// `LOGIN`.
    public var name: String { "LOGIN" }

    /// True: the password is sent as it is.
    public var showsPassword: Bool { true }

    /// Nil: the server asks first.
    public mutating func initialResponse() throws(SASLError) -> Secret? { nil }

    /// The user name, then the password; what the challenge says is not looked at, since servers word it differently.
    public mutating func respond(to challenge: [UInt8]) throws(SASLError) -> Secret {
        defer { answered += 1 }
        switch answered {
        case 0: return Secret(user)
        case 1: return password
        default: throw SASLError(.unexpectedChallenge, "the server sent a third challenge in LOGIN")
        }
    }
}
