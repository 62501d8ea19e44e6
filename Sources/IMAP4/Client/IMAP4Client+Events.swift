internal import MailTransport

extension IMAP4Client {
    /// Hands on what happened.
    func take(_ event: IMAP4Event) {
        switch event {
        case .greeting(let reply): resolveGreeting(.success(reply))
        case .tlsEstablished: break
        case .data(let data, let handle): take(data, answering: handle.flatMap { records[$0] })
        case .fetchBegan(let number, let attributes, let handle):
            receiving = handle.flatMap { records[$0] }
            push(.message(number, attributes, isComplete: false), cost: Self.cost(of: attributes))
        case .contentBegan(let content, let size): push(.contentBegan(content, size: size), cost: 32)
        case .contentOctets(let octets): push(.octets(octets), cost: octets.count)
        case .contentEnded: push(.contentEnded, cost: 1)
        case .fetchContinued(let attributes): push(.attributes(attributes), cost: Self.cost(of: attributes))
        case .fetchEnded:
            push(.messageEnded, cost: 1)
            receiving = nil
        case .appendReady(let handle), .idling(let handle): records[handle]?.ready.resolve(.success(()))
        case .completed(let handle, let reply): complete(handle, .success(reply))
        case .failed(let handle, let error): complete(handle, .failure(error))
        }
    }

    private func complete(_ handle: CommandHandle, _ result: Result<IMAP4Reply, IMAP4Error>) {
        let record = records[handle]
        // A stream is kept until its consumer has read it or has gone away.
        if let fetch = record?.fetch, fetch.queue.isAbandoned { records[handle] = nil }
        record?.resolve(result)
        idleCommandEnded(handle, result)
    }

    private func take(_ data: UntaggedResponse, answering record: CommandRecord?) {
        if case .fetch(let number, let attributes) = data, let record, record.fetch != nil {
            push(.message(number, attributes, isComplete: true), cost: Self.cost(of: attributes), to: record)
            return
        }
        if let record { collect(data, record) }
        if let idle, let event = MailboxEvent(data) { idle.queue.push(event, cost: 1) }
    }

    /// Keeps what a command wants to give to its caller at the end.
    private func collect(_ data: UntaggedResponse, _ record: CommandRecord) {
        switch data {
        case .search(let numbers): record.collected += numbers.count
        case .list, .status, .extendedSearch, .fetch, .reply: record.collected += 1
        default: return
        }
        guard record.collected <= configuration.limits.collectedItems else {
            let limit = IMAP4LimitExceeded("items in answer to a command", limit: configuration.limits.collectedItems)
            record.resolve(.failure(IMAP4Error(.limitExceeded, command: record.verb, underlying: limit)))
            return close()
        }
        record.data.append(data)
    }

    // MARK: Streams

    private func push(_ piece: FetchStream.Piece, cost: Int, to record: CommandRecord? = nil) {
        guard let record = record ?? receiving, let fetch = record.fetch else { return }
        guard fetch.queue.isAbandoned else {
            fetch.queue.push(piece, cost: cost)
            guard fetch.queue.bufferedCost > configuration.limits.bufferedLength else { return }
            let limit = IMAP4LimitExceeded(
                "octets of a fetch that is not read", limit: configuration.limits.bufferedLength)
            let error = IMAP4Error(.limitExceeded, command: record.verb, underlying: limit)
            fetch.queue.finish(error)
            record.resolve(.failure(error))
            return close()
        }
        fetch.drained += cost
        if fetch.drained > configuration.limits.drainedLength { close() }
    }

    /// What the items of a message take up, roughly.
    private static func cost(of attributes: [MessageAttribute]) -> Int {
        attributes.reduce(64) { sum, attribute in
            switch attribute {
            case .content(_, let octets): sum + 64 + (octets?.octets.count ?? 0)
            case .envelope, .bodyStructure, .body: sum + 1024
            default: sum + 64
            }
        }
    }

    // MARK: The end

    /// The connection is over: all that waits ends.
    func end(_ failure: IMAP4Error) {
        resolveGreeting(.failure(failure))
        for record in records.values { record.resolve(.failure(failure)) }
        receiving = nil
        idle?.end(failure)
        scope = nil
    }
}
