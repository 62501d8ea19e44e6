/// Octets on their way through a connection.
extension ProxyConnection {
    func move(
        _ passage: ProxyPassage, from source: ProxySide, to sink: ProxySide, at now: Instant, _ room: inout [UInt8]
    ) {
        var rounds = 0
        while phase == .open, passage.phase != .done {
            guard rounds < Self.fairRounds else {
                isBusy = true
                return
            }
            rounds += 1
            let hasRead = read(passage, from: source, at: now, &room)
            let hasWritten = phase == .open && write(passage, to: sink, at: now)
            if phase == .open, passage.line.isAtCut, sink.isFlushed { strike(passage, at: now) }
            if phase == .open, passage.phase == .flowing, let end = passage.line.dueEnd(at: now) {
                passage.finish()
                finish(end, sink, at: now)
            }
            guard hasRead || hasWritten else { return }
        }
    }

    /// Reads once; false where nothing came.
    private func read(
        _ passage: ProxyPassage, from source: ProxySide, at now: Instant, _ room: inout [UInt8]
    ) -> Bool {
        guard passage.reads, source.isReadable else { return false }
        switch source.read(into: &room) {
        case .octets(let count):
            if passage.phase == .flowing { passage.line.append(room[..<count], at: now) }
            return true
        case .nothing: return false
        case .failed(let reason):
            fail(source, reason, at: now)
            return true
        case .end(.reset):
            didReset(source, at: now)
            return true
        case .end(let end):
            if passage.phase == .discarding {
                passage.finish()
            } else {
                passage.line.end(end, at: now)
            }
            return true
        }
    }

    /// Writes a piece; false where none could be.
    private func write(_ passage: ProxyPassage, to sink: ProxySide, at now: Instant) -> Bool {
        guard passage.hasPiece(at: now), sink.isWritable, sink.isFlushed, let piece = passage.line.piece(at: now) else {
            return false
        }
        switch sink.write(piece, isAlone: passage.faults.split != nil) {
        case .wrote(let count):
            passage.line.didForward(count, at: now)
            return true
        case .nothing: return false
        case .reset:
            passage.finish()
            let back = passage.way == .toClient ? toServer : toClient
            // Where it is still read, its reset comes behind what it sent before.
            if back.phase == .done || back.line.hasEnded { didReset(sink, at: now) }
            return true
        }
    }
}
