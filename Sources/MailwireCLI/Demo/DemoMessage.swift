import RFC5322

/// The message whose journey is shown: letters beyond ASCII in names, an HTML alternative and a mebibyte attached.
struct DemoMessage {
    /// The name of the attachment.
    static let filename = "zufällige Bytes – 1 MiB.bin"

    /// The attachment as it was attached.
    let attachment: [UInt8]
    /// What is submitted.
    let message: Message
    /// The message's own id, by which it is found again.
    let messageID: MessageID

    /// A message that `address` sends to itself.
    init(address: String) throws {
        let author = try MailboxAddress("Frédéric Żółw 🐢", address)
        let id = try MessageID.unique(domain: author.address.domain)
        var draft = MessageDraft(
            from: author, to: [try MailboxAddress("Ælfrøð der Empfänger", address)],
            subject: "Grüße aus Καλαμάτα: eine Nachricht über SMTP, POP3 und IMAP4 — 你好",
            text:
                "Dear reader,\n\nthis message came by SMTP. Façade, naïve, ¿qué tal?\n.\nThe line above is a single dot.\n"
        )
        draft.html = "<p>Dear reader,</p>\n<p>this message came by <b>SMTP</b>. Façade, naïve, ¿qué tal?</p>\n"
        draft.messageID = id
        draft.date = .now
        var random = SystemRandomNumberGenerator()
        var octets: [UInt8] = []
        octets.reserveCapacity(1 << 20)
        // Eight octets a draw: each is a system call.
        while octets.count < 1 << 20 {
            let drawn = random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: drawn >> UInt64(shift)))
            }
        }
        attachment = octets
        draft.attachments = [
            try Attachment(attachment, mediaType: .octetStream, filename: Self.filename)
        ]
        message = try draft.message()
        messageID = id
    }
}
