import IMAP4
import MailTransport
import Octets
import POP3
import RFC5322
import SASL
import SMTP

/// The journey of one message, step by step: each step that does not hold is an error.
struct DemoRun {
    let stage: DemoStage
    let transport: TransportConfiguration
    let report: DemoReport

    /// Does every step.
    ///
    /// - Throws: `DemoFailure` for a step that does not hold; a module's error where a server or the network refused.
    func run() async throws {
        let sent = try await report.step("Compose a message") {
            let made = try DemoMessage(address: stage.address)
            let parts = made.message.parts.map(\.mediaType.description).joined(separator: ", ")
            return (made, "\(made.message.octets.count) octets: \(parts)")
        }
        let (uid, trash) = try await imap { imap -> (UID, MailboxName) in
            let trash = try await self.trash(imap)
            let uid = try await imap.withMailbox(.inbox, readOnly: true) { inbox -> UID in
                try await notice(sent, in: inbox)
                let uid = try await find(sent, in: inbox)
                try await fetch(sent, uid, from: inbox)
                return uid
            }
            return (uid, trash)
        }
        try await retrieve(sent)
        try await imap { imap in try await discard(sent, uid, to: trash, imap) }
    }

    private func imap<Value>(_ body: (IMAP4Client) async throws -> Value) async throws -> Value {
        var configuration = IMAP4Client.Configuration()
        configuration.transport = transport
        return try await IMAP4Client.withConnection(to: stage.imap, configuration: configuration) { imap in
            _ = try await imap.authenticate(stage.credential)
            return try await body(imap)
        }
    }

    /// The mailbox that removed messages go to: the one the server says is, or one named Trash, made where there is none.
    private func trash(_ imap: IMAP4Client) async throws -> MailboxName {
        try await report.step("Look for the trash by IMAP") {
            let listings = try await imap.list()
            let marked = listings.first { $0.attributes.contains(.trash) }
            let named = listings.first { $0.name == "Trash" }
            if let found = marked ?? named { return (found.name, "\(found.name), one of \(listings.count) mailboxes") }
            try await imap.create("Trash")
            return ("Trash", "made, since none of \(listings.count) mailboxes is one")
        }
    }

    // MARK: Out, and noticed

    private func notice(_ sent: DemoMessage, in inbox: SelectedMailbox) async throws {
        let before = inbox.stateAtSelection.messages
        try await inbox.idle { events in
            let submitted = try await submit(sent)
            for try await event in events {
                guard case .exists(let count) = event, count > before else { continue }
                report.add("Notice it in IMAP IDLE", "\(count) messages in INBOX, \(before) before", since: submitted)
                return
            }
            throw DemoFailure("IDLE ended without news of the message")
        }
    }

    private func submit(_ sent: DemoMessage) async throws -> ContinuousClock.Instant {
        var configuration = SMTPClient.Configuration()
        configuration.transport = transport
        return try await report.step("Submit it by SMTP") {
            try await SMTPClient.withConnection(to: stage.submission, configuration: configuration) { smtp in
                try await smtp.authenticate(stage.credential)
                let delivery = try await smtp.send(sent.message)
                guard delivery.refusedRecipients.isEmpty else {
                    throw DemoFailure("a recipient was refused: \(delivery)")
                }
                let tls = await smtp.tlsInformation.map { "\($0.version), \($0.cipher)" } ?? "no TLS"
                return (ContinuousClock.now, "\(tls); \(delivery.reply)")
            }
        }
    }

    // MARK: Back by IMAP

    private func find(_ sent: DemoMessage, in inbox: SelectedMailbox) async throws -> UID {
        try await report.step("Find it by IMAP SEARCH") {
            let found = try await inbox.search(.header("Message-ID", sent.messageID.value))
            guard let uid = found.only else { throw DemoFailure("SEARCH finds \(found.description), not one message") }
            return (uid, "UID \(uid) in INBOX")
        }
    }

    private func fetch(_ sent: DemoMessage, _ uid: UID, from inbox: SelectedMailbox) async throws {
        try await report.step("Fetch it by IMAP") {
            var octets: [UInt8]?
            for try await message in try await inbox.fetch(.uid(uid), [.uid, .envelope, .bodyPeek(.all)]) {
                octets = try await message.body.collect()
            }
            guard let octets else { throw DemoFailure("FETCH gives no message") }
            let added = try TraceFields.added(to: sent.message.octets, in: octets)
            return ((), "octet for octet what was sent, behind \(added.joined(separator: ", "))")
        }
    }

    // MARK: Back by POP3

    private func retrieve(_ sent: DemoMessage) async throws {
        var configuration = POP3Client.Configuration()
        configuration.transport = transport
        let received = try await report.step("Retrieve it by POP3") {
            let octets = try await POP3Client.withConnection(to: stage.pop3, configuration: configuration) { pop in
                try await pop.authenticate(stage.credential)
                // The newest message is mostly the one.
                for listing in try await pop.list().reversed() where listing.size >= sent.message.octets.count {
                    let octets = try await pop.retrieve(listing.number).collect()
                    if Message(parsing: octets).messageID == sent.messageID { return octets }
                }
                throw DemoFailure("the maildrop does not have the message")
            }
            let added = try TraceFields.added(to: sent.message.octets, in: octets)
            return (Message(parsing: octets), "the same octets, behind \(added.joined(separator: ", "))")
        }
        try await report.step("Check what it holds") { ((), try check(sent, received)) }
    }

    /// What was checked, in a few words.
    private func check(_ sent: DemoMessage, _ received: Message) throws -> String {
        guard received.subject == sent.message.subject, received.from == sent.message.from else {
            throw DemoFailure("the subject or the author reads otherwise than it was written")
        }
        guard let attachment = received.attachments.first, attachment.filename == DemoMessage.filename else {
            throw DemoFailure("the attachment is not there, or has another name")
        }
        let wanted = SHA256.hexadecimal(of: sent.attachment.span)
        let found = SHA256.hexadecimal(of: Array(attachment.content).span)
        guard wanted == found else { throw DemoFailure("the attachment's SHA-256 is \(found), not \(wanted)") }
        return "“\(received.subject ?? "")”; \(attachment.content.count) octets attached, SHA-256 \(found.prefix(16))…"
    }

    // MARK: Away

    private func discard(_ sent: DemoMessage, _ uid: UID, to trash: MailboxName, _ imap: IMAP4Client) async throws {
        try await imap.withMailbox(.inbox) { inbox in
            try await report.step("Move it to the trash") {
                let copied = try await inbox.move(.uid(uid), to: trash)
                return ((), copied.map { "UID \($0.target) in \(trash)" } ?? "to \(trash)")
            }
            try await report.step("Look for it in INBOX") {
                let left = try await inbox.search(.header("Message-ID", sent.messageID.value))
                guard left.isEmpty else { throw DemoFailure("INBOX still has it as UID \(left.description)") }
                return ((), "gone")
            }
        }
        try await imap.withMailbox(trash, readOnly: true) { trash in
            try await report.step("Look for it in the trash") {
                let found = try await trash.search(.header("Message-ID", sent.messageID.value))
                guard let uid = found.only else {
                    throw DemoFailure("the trash has \(found.description), not one message")
                }
                return ((), "UID \(uid) in \(trash.name)")
            }
        }
    }
}

extension UIDSet {
    /// The one member; nil where there are none or several.
    fileprivate var only: UID? {
        guard count == 1 else { return nil }
        return numbers.first { _ in true }
    }
}
