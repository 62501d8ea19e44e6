public import Octets

/// PLAIN (RFC 4616): one message of authorization identity, user name and password.
public struct Plain: Mechanism {
    private let user: String
    private let password: Secret
    private var isSpent = false

    /// An exchange for `user`, acting as that user.
    ///
    /// - Throws: `invalidCredential` for a NUL in either, or an empty one (RFC 4616 §2).
    public init(user: String, password: Secret) throws(SASLError) {
        guard !user.isEmpty, !password.isEmpty else {
            throw SASLError(.invalidCredential, "PLAIN needs a user name and a password of at least one octet")
        }
        let holdsNUL = password.withOctets { span in span.firstOffset(of: 0) != nil }
        guard !user.utf8.contains(0), !holdsNUL else {
            throw SASLError(.invalidCredential, "PLAIN cannot carry NUL in a user name or password (RFC 4616 §2)")
        }
        self.user = user
        self.password = password
    }

    /// `PLAIN`.
    public var name: String { "PLAIN" }

    /// True: the password is sent as it is.
    public var showsPassword: Bool { true }

    /// The only message of the exchange.
    public mutating func initialResponse() throws(SASLError) -> Secret? {
        isSpent = true
        return message
    }

    /// The only message, where the server asked for it with an empty challenge; every other challenge is an error.
    public mutating func respond(to challenge: [UInt8]) throws(SASLError) -> Secret {
        guard !isSpent else {
            throw SASLError(.unexpectedChallenge, "the server sent a challenge after PLAIN's only message")
        }
        guard challenge.isEmpty else {
            throw SASLError(.unexpectedChallenge, "the server sent a challenge where PLAIN speaks first (RFC 4616 §2)")
        }
        isSpent = true
        return message
    }

    private var message: Secret {
        password.withOctets { span in
            var octets: [UInt8] = [0]
            octets.append(contentsOf: user.utf8)
            octets.append(0)
            octets.append(contentsOf: [UInt8](copying: span))
            return Secret(octets: octets)
        }
    }
}
