internal import Octets

extension ResponseParser {
    /// A response whole: `continue-req / response-data / response-tagged` (RFC 3501 §9).
    mutating func response() throws(ResponseFault) -> IMAP4Response {
        if cursor.skip(ASCII.plus) {
            _ = cursor.skip(ASCII.space)
            return .continuation(IMAP4Text(copying: cursor.takeRest()))
        }
        if cursor.skip(ASCII.asterisk) {
            try space("response-data")
            return .untagged(try responseData())
        }
        return try responseTagged()
    }

    /// `response-tagged = tag SP resp-cond-state CRLF` (RFC 3501 §9).
    private mutating func responseTagged() throws(ResponseFault) -> IMAP4Response {
        let name = String(decoding: cursor.take(while: \.isTagCharacter))
        guard let tag = IMAP4Tag(name) else { throw failure("tag") }
        try space("response-tagged")
        let start = cursor.position
        guard let reply = try statusReply(), [.ok, .no, .bad].contains(reply.status) else {
            throw failure("resp-cond-state", at: start)
        }
        return .tagged(tag, reply)
    }

    /// `response-data`, behind `* ` (RFC 3501 §9).
    private mutating func responseData() throws(ResponseFault) -> UntaggedResponse {
        if cursor.peek?.isDigit == true { return try messageData() }
        if let reply = try statusReply() { return .reply(reply) }
        let name = try word("response-data")
        guard cursor.isAtEnd || cursor.peek == ASCII.space else { throw failure("response-data") }
        let afterName = cursor.position
        if let data = try mailboxData(name) {
            try end("response-data")
            return data
        }
        cursor.move(to: afterName)
        _ = cursor.skip(ASCII.space)
        return .other(number: nil, name: name, IMAP4Text(copying: cursor.takeRest()))
    }

    /// `message-data`, and EXISTS and RECENT of `mailbox-data`: those that begin with a number (RFC 3501 §9).
    private mutating func messageData() throws(ResponseFault) -> UntaggedResponse {
        let start = cursor.position
        let value = try number()
        try space("message-data")
        let name = try word("message-data")
        if name.equalsIgnoringCase("EXISTS") {
            try end("mailbox-data")
            return .exists(value)
        }
        if name.equalsIgnoringCase("RECENT") {
            try end("mailbox-data")
            return .recent(value)
        }
        let isFetch = name.equalsIgnoringCase("FETCH")
        guard isFetch || name.equalsIgnoringCase("EXPUNGE") else {
            _ = cursor.skip(ASCII.space)
            return .other(number: value, name: name, IMAP4Text(copying: cursor.takeRest()))
        }
        guard let sequence = SequenceNumber(value) else { throw failure("nz-number", at: start) }
        guard isFetch else {
            try end("message-data")
            return .expunge(sequence)
        }
        try space("message-data")
        let (attributes, _) = try msgAtt(isContinued: false, stopsAtContent: false)
        try end("message-data")
        return .fetch(sequence, attributes)
    }

    /// `resp-cond-state / resp-cond-auth / resp-cond-bye` (RFC 3501 §9); nil, without moving, where no such word is
    /// next.
    private mutating func statusReply() throws(ResponseFault) -> IMAP4Reply? {
        let start = cursor.position
        let word = String(decoding: cursor.take(while: \.isAlpha)).uppercased()
        guard let status = IMAP4Reply.Status(rawValue: word), cursor.isAtEnd || cursor.peek == ASCII.space else {
            cursor.move(to: start)
            return nil
        }
        _ = cursor.skip(ASCII.space)
        let code = try respTextCode()
        return IMAP4Reply(status, code: code, text: IMAP4Text(copying: cursor.takeRest()))
    }
}
