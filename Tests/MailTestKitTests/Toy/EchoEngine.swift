import Octets

/// A line protocol for trying the players: every way in which an engine can go wrong can be switched on.
///
/// The server greets with `HELLO`. `ECHO text` is answered by `OK text`, `PASS secret` by `OK` or `NO text`, `SECURE` by
/// `OK` and TLS. Lines beginning with `*` come unasked; `+n` announces n octets that are told as they arrive.
struct EchoEngine: ProtocolEngine {
    enum Command: Sendable, Equatable {
        case echo(String)
        case pass(String)
        case secure
        case tagged(String)
    }

    enum Event: Sendable {
        case greeting
        case echoed(String)
        case refused(String)
        case unasked(String)
        case secured
        case ended
        case body(String)
        case hidden
    }

    struct Failure: Error, Equatable {
        let text: String
    }

    /// What is wrong with this engine.
    struct Faults: OptionSet, Sendable {
        let rawValue: Int
        static let writesLowerCase = Faults(rawValue: 1 << 0)
        static let writesTwice = Faults(rawValue: 1 << 1)
        static let losesEvents = Faults(rawValue: 1 << 2)
        static let repeatsEvents = Faults(rawValue: 1 << 3)
        static let showsSecrets = Faults(rawValue: 1 << 4)
        static let marksVerbs = Faults(rawValue: 1 << 5)
        static let ignoresSecure = Faults(rawValue: 1 << 6)
        static let failsOnGreeting = Faults(rawValue: 1 << 7)
        static let parsesPieces = Faults(rawValue: 1 << 8)
        static let losesCRAtEnd = Faults(rawValue: 1 << 9)
        static let neverStops = Faults(rawValue: 1 << 10)
        static let keepsPlaintext = Faults(rawValue: 1 << 11)
        static let securesUnasked = Faults(rawValue: 1 << 12)
        static let answersEarly = Faults(rawValue: 1 << 13)
        static let ignoresEnd = Faults(rawValue: 1 << 14)
        static let takesAnything = Faults(rawValue: 1 << 15)
        static let swapsEvents = Faults(rawValue: 1 << 16)
        static let writesSeparately = Faults(rawValue: 1 << 17)
    }

    var input = ReceiveBuffer()
    let faults: Faults
    private var framer = LineFramer(limit: 100)
    private var waiting: [Command] = []
    private var steps: [EngineStep<Event>] = []
    private var hasGreeted = false
    private var sawEnd = false
    private var tag = 0
    private var bodyLeft = 0

    init(faults: Faults = []) {
        self.faults = faults
    }

    mutating func receiveEndOfStream() {
        sawEnd = true
    }

    mutating func tlsEstablished() {
        steps.append(.event(.secured))
    }

    mutating func submit(_ command: Command) throws(Failure) {
        if case .echo(let text) = command, text.utf8.contains(where: \.isControl), !faults.contains(.takesAnything) {
            throw Failure(text: "control character in \"\(text)\"")
        }
        waiting.append(command)
        var octets = WireOctets()
        switch command {
        case .echo(let text): octets.append(faults.contains(.writesLowerCase) ? "echo \(text)" : "ECHO \(text)")
        case .pass(let secret):
            if faults.contains(.marksVerbs) {
                octets.appendSecret(contentsOf: "PASS ".utf8)
            } else {
                octets.append("PASS ")
            }
            if faults.contains(.showsSecrets) {
                octets.append(secret)
            } else {
                octets.appendSecret(contentsOf: secret.utf8)
            }
        case .secure: octets.append("SECURE")
        case .tagged(let text):
            tag += 1
            octets.append("A\(tag) \(text)")
        }
        octets.appendCRLF()
        if faults.contains(.writesSeparately) {
            for octet in octets.octets { steps.append(.write(WireOctets([octet]))) }
        } else {
            steps.append(.write(octets))
        }
        if faults.contains(.writesTwice) { steps.append(.write(octets)) }
        if faults.contains(.answersEarly), case .echo(let text) = command { steps.append(.event(.echoed(text))) }
    }

    mutating func step() throws(Failure) -> EngineStep<Event> {
        if faults.contains(.neverStops) { return .event(.hidden) }
        while true {
            if !steps.isEmpty { return steps.removeFirst() }
            if bodyLeft > 0, !input.isEmpty {
                let piece = input.take(bodyLeft)
                bodyLeft -= piece.count
                return .event(.body(String(decoding: piece, as: UTF8.self)))
            }
            guard let line = try nextLine() else { break }
            try take(line)
        }
        guard sawEnd, !faults.contains(.ignoresEnd) else { return .needInput }
        sawEnd = false
        guard waiting.isEmpty else { throw Failure(text: "closed while \(waiting.count) commands wait") }
        return .event(.ended)
    }

    private mutating func nextLine() throws(Failure) -> String? {
        if faults.contains(.parsesPieces) {
            // Takes whatever has arrived for a line.
            guard !input.isEmpty else { return nil }
            return String(String(decoding: input.take(input.count), as: UTF8.self).filter { !$0.isNewline })
        }
        // Beside the input, so that looking at the one does not hold the other.
        var framer = framer
        defer { self.framer = framer }
        let frame: LineFrame?
        do {
            frame = try framer.next(in: input.octets)
        } catch {
            throw Failure(text: "line of more than \(error.limit) octets")
        }
        if let frame { return String(decoding: input.take(frame.length).prefix(frame.contentLength), as: UTF8.self) }
        if faults.contains(.losesCRAtEnd), input.count > 0, input.octets[input.count - 1] == ASCII.cr {
            throw Failure(text: "CR alone")
        }
        return nil
    }

    private mutating func take(_ line: String) throws(Failure) {
        if line.hasPrefix("+") { return bodyLeft = Int(line.dropFirst()) ?? 0 }
        if line.hasPrefix("*") { return tell(.unasked(String(line.dropFirst(2)))) }
        guard hasGreeted else {
            hasGreeted = true
            guard line == "HELLO", !faults.contains(.failsOnGreeting) else {
                throw Failure(text: "no greeting: \(line)")
            }
            if faults.contains(.securesUnasked) { steps.append(.startTLS) }
            return tell(.greeting)
        }
        guard !waiting.isEmpty else { throw Failure(text: "unasked \"\(line)\"") }
        let command = waiting.removeFirst()
        var words = line.split(separator: " ", maxSplits: 1).map(String.init)
        if case .tagged = command, !words.isEmpty {
            words = words[1].split(separator: " ", maxSplits: 1).map(String.init)
        }
        let text = words.count > 1 ? words[1] : ""
        switch (command, words.first) {
        case (.secure, "OK"):
            guard input.isEmpty || faults.contains(.keepsPlaintext) else {
                throw Failure(text: "plaintext behind SECURE")
            }
            if faults.contains(.ignoresSecure) { tell(.secured) } else { steps.append(.startTLS) }
        case (_, "OK"): if !faults.contains(.answersEarly) { tell(.echoed(text)) }
        case (_, "NO"): tell(.refused(text))
        default: throw Failure(text: "no answer: \(line)")
        }
    }

    private mutating func tell(_ event: Event) {
        if faults.contains(.losesEvents), case .echoed = event { return }
        steps.append(.event(event))
        if faults.contains(.repeatsEvents) { steps.append(.event(event)) }
        if faults.contains(.swapsEvents), steps.count > 1 { steps.swapAt(steps.count - 1, steps.count - 2) }
    }
}
