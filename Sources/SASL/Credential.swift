public import Octets

/// Who logs in, and with what proof.
public struct Credential: Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        case password(user: String, Secret)
    }

    package let kind: Kind

    /// A user name and a password; the strongest mechanism that both sides have is used.
    public static func password(user: String, _ password: Secret) -> Credential {
        Credential(kind: .password(user: user, password))
    }

    /// The user name.
    public var user: String {
        switch kind {
        case .password(let user, _): user
        }
    }

    /// The user name, escaped for display; the proof is never shown.
    public var description: String { "\(user.escapedForDisplay) <redacted>" }
}
