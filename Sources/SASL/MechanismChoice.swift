internal import Octets

/// The choice among the mechanisms that server and credential have in common.
public enum MechanismChoice {
    /// The strongest mechanism for `credential` among those `offered`, ready for one exchange.
    ///
    /// - Parameters:
    ///   - credential: who logs in.
    ///   - offered: the names the server lists, in any case.
    ///   - allowingPassword: whether a mechanism that shows the password may be used: under TLS, or where the caller
    ///     said so in as many words.
    /// - Throws: `needsTLS` when only such mechanisms are left and they may not be used; `noCommonMechanism` when
    ///   none is left; `invalidCredential` when the credential does not fit the mechanism.
    public static func strongest(
        for credential: Credential, offered: some Sequence<String>, allowingPassword: Bool
    ) throws(SASLError) -> any Mechanism {
        let names = Set(offered.map { $0.uppercased() })
        switch credential.kind {
        case .password(let user, let password):
            guard !names.isDisjoint(with: ["PLAIN", "LOGIN"]) else {
                let list = names.sorted().joined(separator: " ").escapedForDisplay
                throw SASLError(.noCommonMechanism, "the server offers \(list.isEmpty ? "no mechanism" : list)")
            }
            guard allowingPassword else {
                throw SASLError(.needsTLS, "the password would go over a connection without TLS")
            }
            return names.contains("PLAIN")
                ? try Plain(user: user, password: password) : try Login(user: user, password: password)
        }
    }
}
