internal import Octets

/// Writes one command: words as they are, strings as atom, quoted string or literal by what they hold (RFC 3501 §9).
///
/// No argument can end its command: CR, LF and 8-bit octets go into literals, and NUL, which no literal may hold, is
/// refused.
struct CommandEncoder {
    private let verb: String
    private let literals: LiteralSupport
    private var command: EncodedCommand

    init(tag: IMAP4Tag, verb: String, literals: LiteralSupport) {
        self.verb = verb
        self.literals = literals
        command = EncodedCommand(pieces: [WireOctets("\(tag) \(verb)")], message: nil)
    }

    /// The command with its line end.
    consuming func finished() -> EncodedCommand {
        withPiece { $0.appendCRLF() }
        return command
    }

    /// Adds our own text, which holds no argument.
    mutating func append(_ text: String) {
        withPiece { $0.append(text) }
    }

    private mutating func withPiece(_ body: (inout WireOctets) -> Void) {
        body(&command.pieces[command.pieces.count - 1])
    }

    /// Adds a space and an astring.
    mutating func astring(_ octets: [UInt8], _ what: String) throws(IMAP4Error) {
        withPiece { $0.append(ASCII.space) }
        if !octets.isEmpty, octets.allSatisfy(\.isAStringCharacter), !octets.span.equalsIgnoringCase("NIL") {
            withPiece { $0.append(contentsOf: octets) }
        } else {
            try string(octets, what, isSecret: false)
        }
    }

    /// Adds a space and a quoted string or literal; old servers take user names and passwords no other way.
    mutating func string(_ text: String, _ what: String) throws(IMAP4Error) {
        withPiece { $0.append(ASCII.space) }
        try string(Array(text.utf8), what, isSecret: false)
    }

    /// Adds a space and a secret as quoted string or literal.
    mutating func secret(_ secret: Secret, _ what: String) throws(IMAP4Error) {
        withPiece { $0.append(ASCII.space) }
        let octets = secret.withOctets { [UInt8](copying: $0) }
        try string(octets, what, isSecret: true)
    }

    /// Adds a space and a mailbox name.
    mutating func mailbox(_ name: MailboxName) throws(IMAP4Error) {
        try astring(name.octets, "mailbox name")
    }

    /// Adds a quoted string or literal without a space.
    mutating func plainString(_ octets: [UInt8], _ what: String) throws(IMAP4Error) {
        try string(octets, what, isSecret: false)
    }

    private mutating func string(_ octets: [UInt8], _ what: String, isSecret: Bool) throws(IMAP4Error) {
        guard !octets.contains(0) else { throw .invalidArgument(verb, "NUL in a \(what)") }
        if octets.allSatisfy({ $0 < 0x80 && $0 != ASCII.cr && $0 != ASCII.lf }) {
            var quoted: [UInt8] = []
            for octet in octets {
                if octet == ASCII.quote || octet == ASCII.backslash { quoted.append(ASCII.backslash) }
                quoted.append(octet)
            }
            withPiece { $0.append(ASCII.quote) }
            add(quoted, isSecret: isSecret)
            withPiece { $0.append(ASCII.quote) }
            return
        }
        let isSentAtOnce = literals.sendsAtOnce(octets.count)
        append(isSentAtOnce ? "{\(octets.count)+}\r\n" : "{\(octets.count)}\r\n")
        if !isSentAtOnce { command.pieces.append(WireOctets()) }
        add(octets, isSecret: isSecret)
    }

    private mutating func add(_ octets: [UInt8], isSecret: Bool) {
        withPiece { if isSecret { $0.appendSecret(contentsOf: octets) } else { $0.append(contentsOf: octets) } }
    }

    /// Adds a space and a set of message numbers.
    mutating func set<Number>(_ set: NumberSet<Number>) throws(IMAP4Error) {
        guard !set.isEmpty else { throw .invalidArgument(verb, "an empty set of messages") }
        append(" \(set)")
    }

    /// Adds a space and a `flag-list`.
    mutating func flagList(_ flags: [Flag]) throws(IMAP4Error) {
        for flag in flags where !flag.isSendable {
            throw .invalidArgument(verb, "\(flag.rawName.escapedForDisplay) is no flag")
        }
        append(" (\(flags.map(\.rawName).joined(separator: " ")))")
    }

    /// Adds a space and an atom that a caller gave.
    mutating func atom(_ name: String, _ what: String) throws(IMAP4Error) {
        guard name.isAtom else { throw .invalidArgument(verb, "\(name.escapedForDisplay) is no \(what)") }
        append(" \(name)")
    }

    /// Adds a space and the mark of the literal that holds a message; its octets follow from elsewhere.
    ///
    /// A message of more than 4096 octets always waits for the server's consent, which costs one round trip and saves
    /// sending a message in vain that the server refuses for its size or its mailbox.
    mutating func message(size: UInt64) throws(IMAP4Error) {
        guard size <= UInt64(Int64.max) else { throw .invalidArgument(verb, "a message of more than 2^63-1 octets") }
        let mustWait = size > 4096 || !literals.sendsAtOnce(Int(size))
        append(mustWait ? " {\(size)}\r\n" : " {\(size)+}\r\n")
        command.message = EncodedCommand.Message(size: size, mustWait: mustWait)
    }

    /// The command as it is: its line end follows behind the message.
    consuming func unfinished() -> EncodedCommand { command }
}
