internal import Octets
internal import SASL

extension POP3Session {
    /// Begins the login: by SASL where server and credential have a mechanism in common, by USER and PASS otherwise.
    mutating func submitAuthenticate(_ credential: Credential) throws(POP3Error) {
        var line = WireOctets()
        let mechanism = try mechanism(for: credential)
        let begun =
            if let mechanism { try Self.login(credential, mechanism, into: &line) } else {
                try userAndPassword(credential, into: &line)
            }
        login = begun
        mask = begun.mask
        output.append(line)
        outstanding.append(begun.exchange)
    }

    /// The mechanism to log in with; nil for USER and PASS.
    private func mechanism(for credential: Credential) throws(POP3Error) -> (any Mechanism)? {
        let offered = capabilities?.mechanisms ?? []
        let allowsPassword = isSecured || configuration.allowsPasswordInPlaintext
        do throws(SASLError) {
            return try MechanismChoice.strongest(for: credential, offered: offered, allowingPassword: allowsPassword)
        } catch {
            guard error.kind == .noCommonMechanism, mayTryUser else { throw Self.authenticationFailure(error) }
        }
        guard allowsPassword else {
            let error = SASLError(.needsTLS, "the password would go over a connection without TLS")
            throw Self.authenticationFailure(error, command: "USER")
        }
        return nil
    }

    /// Whether the server may know USER and PASS: it says so, did not say what it knows, or is trusted to have forgotten it.
    private var mayTryUser: Bool {
        guard let capabilities else { return true }
        return capabilities.offers(.user)
            || isSecured && capabilities.mechanisms.isEmpty && configuration.quirks.contains(.unlistedUser)
    }

    private static func login(
        _ credential: Credential, _ mechanism: any Mechanism, into line: inout WireOctets
    ) throws(POP3Error) -> LoginExchange {
        do throws(SASLError) {
            return try LoginExchange(credential, mechanism: mechanism, into: &line)
        } catch {
            throw authenticationFailure(error)
        }
    }

    private func userAndPassword(_ credential: Credential, into line: inout WireOctets) throws(POP3Error)
        -> LoginExchange
    {
        switch credential.kind {
        case .password(let user, let password):
            do throws(GrammarError) {
                return try LoginExchange(
                    user: user, password: password, allowingUTF8: capabilities?.acceptsUTF8User ?? false, into: &line)
            } catch {
                throw POP3Error(
                    .invalidArgument, command: "USER", connectionIsUsable: true,
                    "a name or password that USER and PASS cannot carry",
                    underlying: error)
            }
        }
    }

    private static func authenticationFailure(_ error: SASLError, command: String = "AUTH") -> POP3Error {
        POP3Error(.authentication, command: command, connectionIsUsable: true, underlying: error)
    }

    // MARK: Answers

    mutating func takeAuthentication(_ response: POP3Response, _ exchange: SessionTable.Exchange) throws(POP3Error) {
        guard var login else { throw fatal(.unexpectedResponse, response: response) }
        switch (response.status, exchange) {
        case (.ok, .user):
            outstanding.removeFirst()
            login.pass(into: &output)
            outstanding.append(.pass)
        case (.ok, .cancelledAuth):
            throw fatal(.unexpectedResponse, response: response, "the exchange was cancelled")
        case (.ok, _):
            do throws(SASLError) {
                try login.verifySuccess()
            } catch {
                throw fatal(.authentication, response: response, underlying: error)
            }
            isAuthenticated = true
            phase = .transaction
            self.login = nil
            answer(.authenticated(response))
        case (.err, _):
            let fault = login.fault
            self.login = nil
            let error = POP3Error(
                fault == nil ? .refused : .authentication, command: SessionTable.verb(exchange), response: response,
                connectionIsUsable: true, underlying: fault)
            answer(.refused(error))
        case (.continueRequest, _):
            guard response.text.count <= configuration.limits.challengeLength else {
                throw fatal(.limitExceeded, "a challenge of more than \(configuration.limits.challengeLength) octets")
            }
            outstanding.removeFirst()
            outstanding.append(login.answer(response.text, into: &output) ? .auth : .cancelledAuth)
            self.login = login
            mask = login.mask
        }
    }
}
