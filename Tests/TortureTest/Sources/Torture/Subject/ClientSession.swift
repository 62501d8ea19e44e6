import IMAP4
import MailTransport
import Octets
import POP3
import SASL
import SMTP

/// One whole session with each of the clients: everything a caller commonly does.
struct ClientSession: Sendable {
    let mailProtocol: MailProtocol
    let endpoint: Endpoint
    let transport: TransportConfiguration
    let message: SampleMessage
    /// How long anything may take.
    let limit: Duration

    /// What was received is not what was sent.
    struct WrongContent: Error {}

    private var credential: Credential { .password(user: "fred", Secret("hunter2")) }

    func run() async throws {
        switch mailProtocol {
        case .smtp: try await submit()
        case .pop3: try await retrieve()
        case .imap4: try await fetch()
        }
    }

    private func submit() async throws {
        var configuration = SMTPClient.Configuration()
        configuration.transport = transport
        configuration.session.allowsPasswordInPlaintext = true
        configuration.ehloArgument = try EHLOArgument("bar.com")
        configuration.timeouts.greeting = limit
        configuration.timeouts.command = limit
        configuration.timeouts.authentication = limit
        configuration.timeouts.mail = limit
        configuration.timeouts.recipient = limit
        configuration.timeouts.dataInitiation = limit
        configuration.timeouts.dataBlock = limit
        configuration.timeouts.dataTermination = limit
        try await SMTPClient.withConnection(to: endpoint, configuration: configuration) { client in
            try await client.authenticate(credential)
            _ = try await client.send(message.octets, from: "a@bar.com", to: ["b@foo.com"])
        }
    }

    private func retrieve() async throws {
        var configuration = POP3Client.Configuration()
        configuration.transport = transport
        configuration.session.allowsPasswordInPlaintext = true
        configuration.timeouts.reply = limit
        configuration.timeouts.authentication = limit
        configuration.timeouts.stall = limit
        try await POP3Client.withConnection(to: endpoint, configuration: configuration) { client in
            try await client.authenticate(credential)
            let known = try await client.statistics()
            var count = 0
            for try await piece in try await client.retrieve(1) {
                // A consumer that is slower than the network.
                await Task.yield()
                count += piece.count
            }
            guard count == message.size, known.messageCount == 1 else { throw WrongContent() }
            try await client.delete(1)
        }
    }

    private func fetch() async throws {
        var configuration = IMAP4Client.Configuration()
        configuration.transport = transport
        configuration.allowsPasswordInPlaintext = true
        configuration.greetingTimeout = limit
        configuration.replyTimeout = limit
        configuration.stallTimeout = limit
        try await IMAP4Client.withConnection(to: endpoint, configuration: configuration) { client in
            try await client.authenticate(credential)
            try await client.withMailbox("INBOX") { mailbox in
                var count = 0
                for try await fetched in try await mailbox.fetch(.all, [.uid, .bodyPeek(.all)]) {
                    for try await octets in fetched.body {
                        await Task.yield()
                        count += octets.count
                    }
                }
                guard count == message.size else { throw WrongContent() }
                try await mailbox.idle { events in
                    for try await event in events {
                        if case .exists = event { break }
                    }
                }
            }
        }
    }
}
