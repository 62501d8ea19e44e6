internal import MailTransport

extension POP3Client {
    /// RETR: a message.
    ///
    /// - Throws: `refused` where there is no such message, or it is deleted.
    public func retrieve(_ number: POP3MessageNumber) async throws(POP3Error) -> POP3Message {
        try await message(number, .retrieve(number))
    }

    /// TOP: the header of a message, the empty line, and the first `lines` lines of its body.
    ///
    /// - Throws: `refused` where there is no such message, it is deleted, or the server does not know the command.
    public func top(_ number: POP3MessageNumber, lines: UInt32 = 0) async throws(POP3Error) -> POP3Message {
        try await message(number, .top(number, lines: lines))
    }

    /// RETR for each of the messages of `listings`, in order.
    ///
    /// Where the server offers PIPELINING, up to 8 messages of together at most 1 MiB are asked for in advance.
    public nonisolated func retrieve(_ listings: [ScanListing]) -> POP3Messages {
        POP3Messages(client: self, listings: listings)
    }

    private func message(_ number: POP3MessageNumber, _ command: POP3Command) async throws(POP3Error) -> POP3Message {
        try await withTurn(command: command.verb) { () throws(POP3Error) in
            try await waitForRoom(for: command)
            let (message, answer) = try open(number, command)
            guard case .contentBegan = try await reply(to: answer, within: configuration.timeouts.reply)
            else { throw outOfStep(command.verb) }
            return message
        }
    }

    /// Asks for the messages of `numbers`, without waiting for any of them.
    func request(_ numbers: [POP3MessageNumber]) async throws(POP3Error) -> [POP3Message] {
        try await withTurn(command: "RETR") { () throws(POP3Error) in
            var messages: [POP3Message] = []
            for number in numbers {
                try await waitForRoom(for: .retrieve(number))
                messages.append(try open(number, .retrieve(number)).message)
            }
            return messages
        }
    }

    private func open(
        _ number: POP3MessageNumber, _ command: POP3Command
    ) throws(POP3Error) -> (message: POP3Message, answer: PendingAnswer) {
        let content = ContentStream(flow: driver.flow)
        let answer = try send(command, content: content)
        lastStream += 1
        streams[lastStream] = (answer, content)
        return (POP3Message(number, stream: lastStream, of: self), answer)
    }

    /// The next piece of a message; nil at its end.
    func nextPiece(of stream: UInt64) async throws(POP3Error) -> [UInt8]? {
        guard let (answer, content) = streams[stream] else {
            throw POP3Error(
                .stateViolation, command: "RETR", connectionIsUsable: !driver.isOver, "the message was given up")
        }
        do throws(POP3Error) {
            _ = try await reply(to: answer, within: configuration.timeouts.reply)
            let piece = try await next(from: content.queue, within: configuration.timeouts.stall, command: answer.verb)
            if piece == nil { streams[stream] = nil }
            return piece
        } catch {
            streams[stream] = nil
            throw error
        }
    }

    /// Nobody will read that message: what comes of it is dropped. May be called from anywhere.
    nonisolated func forget(_ stream: UInt64) {
        loop.execute {
            self.assumeIsolated { client in
                guard let (_, content) = client.streams.removeValue(forKey: stream) else { return }
                content.queue.abandon()
                // Reading may have rested because of it.
                client.pump()
            }
        }
    }
}
