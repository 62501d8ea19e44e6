import Mailwire

// The examples of the README, compiled: an architecture test compares them to the letter.

func submit(_ password: Secret) async throws {
    let draft = MessageDraft(
        from: try MailboxAddress("Fred", "fred@example.org"), to: [try MailboxAddress("Wilma", "wilma@example.org")],
        subject: "Grüße", text: "See you on Monday.")

    let delivery = try await SMTPClient.withConnection(to: .tls("smtp.example.org")) { smtp in
        try await smtp.authenticate(.password(user: "fred", password))
        return try await smtp.send(draft)
    }
    print(delivery.reply)
}

func read(_ password: Secret) async throws {
    try await IMAP4Client.withConnection(to: .tls("imap.example.org")) { imap in
        try await imap.authenticate(.password(user: "fred", password))
        try await imap.withMailbox("INBOX") { inbox in
            let unseen = try await inbox.search(.noFlag(.seen))
            for try await fetched in try await inbox.fetch(unseen, [.bodyPeek("")]) {
                let message = Message(parsing: try await fetched.body.collect())
                print(message.subject ?? "(no subject)", message.text ?? "")
            }
            try await inbox.move(unseen, to: "Trash")
        }
    }
}

func retrieve(_ password: Secret) async throws {
    try await POP3Client.withConnection(to: .tls("pop.example.org")) { pop in
        try await pop.authenticate(.password(user: "fred", password))
        for try await retrieved in pop.retrieve(try await pop.list()) {
            let message = Message(parsing: try await retrieved.collect())
            print(message.subject ?? "(no subject)")
        }
    }
}
