import Mailwire

// The examples of Docs/Network.md, compiled: an architecture test compares them to the letter.

func connectLocally() async throws {
    let local = try await SMTPClient.withConnection(to: .unix(.path("/run/lmtp"))) { smtp in try await smtp.noop() }
    print(local)
}

func findServers() async throws {
    let account = try await AccountDiscovery.discover(for: "fred@example.org")
    for service in account.access where !service.needsConfirmation {
        print(service.service, service.endpoint)
    }
}

func configured(_ password: Secret) -> IMAP4Client.Configuration {
    var configuration = IMAP4Client.Configuration()
    configuration.transport.proxy = .socks5("proxy.example.org", user: "fred", password: password)

    configuration.transport.tls.roots = .file("/etc/ssl/our-authority.pem")
    configuration.transport.tls.minimumVersion = .tls13
    return configuration
}

func readGreeting() async throws {
    let greeting = try await Connection.withConnection(to: .tls("imap.example.org", port: 993)) { connection in
        try await connection.receiveLine(upTo: 8192, within: .seconds(60))
    }
    print(greeting ?? [])
}
