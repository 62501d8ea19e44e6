import ArgumentParser
import MailTransport
import Octets
import SASL

/// The account and servers a demonstration plays on.
///
/// The seam for where they come from: a file that describes servers already running, or options that name an account. A server of
/// our own, started for the purpose, will be one more.
struct DemoStage {
    /// Where the message is submitted.
    let submission: Endpoint
    /// Where it is watched, fetched and moved.
    let imap: Endpoint
    /// Where it is retrieved.
    let pop3: Endpoint
    /// The mail address that sends to itself.
    let address: String
    /// Who logs in, everywhere.
    let credential: Credential
    /// What is demanded of TLS.
    let tls: TLSConfiguration
}

extension DemoStage {
    /// The stage that a file of `KEY=value` lines describes, as `Scripts/servers start` writes it.
    ///
    /// - Throws: `ValidationError` naming the key that is missing or no port.
    init(environment path: String) throws {
        var values: [String: String] = [:]
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        func value(_ key: String) throws -> String {
            guard let value = values[key] else { throw ValidationError("\(path) has no \(key).") }
            return value
        }
        func port(_ key: String) throws -> UInt16 {
            guard let port = UInt16(try value(key)) else { throw ValidationError("\(key) in \(path) is no port.") }
            return port
        }
        let host = try value("HOST")
        submission = .startTLS(host, port: try port("SMTP_SUBMISSION_PORT"))
        imap = .tls(host, port: try port("IMAPS_PORT"))
        pop3 = .tls(host, port: try port("POP3S_PORT"))
        let user = try value("MAIL_USER")
        address = try values["MAIL_ADDRESS"] ?? value("MAIL_USER")
        credential = .password(user: user, Secret(try value("MAIL_PASSWORD")))
        var tls = TLSConfiguration()
        tls.roots = .file(try value("CA_FILE"))
        self.tls = tls
    }
}
