import ArgumentParser
import Octets

/// `mailwire parse imap`: responses of an IMAP server.
struct ParseIMAP: AsyncParsableCommand {
    static let configuration = ParseWireOptions.configuration("imap", of: "an IMAP server")
    @OptionGroup var options: ParseWireOptions
    func run() async throws { try options.run(IMAP4WireResponses.self) }
}

/// `mailwire parse pop3`: responses of a POP3 server.
struct ParsePOP3: AsyncParsableCommand {
    static let configuration = ParseWireOptions.configuration("pop3", of: "a POP3 server")
    @OptionGroup var options: ParseWireOptions
    func run() async throws { try options.run(POP3WireResponses.self) }
}

/// `mailwire parse smtp`: replies of an SMTP server.
struct ParseSMTP: AsyncParsableCommand {
    static let configuration = ParseWireOptions.configuration("smtp", of: "an SMTP server")
    @OptionGroup var options: ParseWireOptions
    func run() async throws { try options.run(SMTPWireResponses.self) }
}

/// What the wire's subcommands have in common.
struct ParseWireOptions: ParsableArguments {
    @Flag(help: "Feed each file whole, byte by byte and cut at every point, and say whether all gives the same.")
    var everySplit = false

    @Flag(help: "Write each response back from its value, read that again, and say whether the value is the same.")
    var roundtrip = false

    @Argument(help: "Files of what a server sent; standard input where there is none.")
    var files: [String] = []

    static func configuration(_ name: String, of server: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: "Show the responses of \(server), one JSON object a line.",
            discussion: "Exit code 1 when a response was refused or something differs, 2 for wrong use.")
    }

    func run<Responses: WireResponses>(_: Responses.Type) throws {
        var isFine = true
        for file in files.isEmpty ? ["/dev/stdin"] : files {
            let octets = try WholeFile.read(file)
            let readings = Self.read(Responses.self, octets, cutAt: [])
            for reading in readings {
                let (line, holds) = object(file, reading, Responses.self)
                isFine = isFine && holds
                try OutputFile.writeToStandardOutput(line.octets + [ASCII.lf])
            }
            guard everySplit else { continue }
            let difference = Self.firstDifference(Responses.self, octets, readings)
            isFine = isFine && difference == nil
            let line = JSONValue.object([
                .init("file", .string(file)), .init("splits", difference.map { .string($0) } ?? "equal"),
            ])
            try OutputFile.writeToStandardOutput(line.octets + [ASCII.lf])
        }
        if !isFine { throw ExitCode(1) }
    }

    private func object<Responses: WireResponses>(
        _ file: String, _ reading: WireReading, _: Responses.Type
    ) -> (JSONValue, holds: Bool) {
        switch reading {
        case .refused(let rule, let offset, let error):
            let members: [JSONValue.Member] = [
                .init("file", .string(file)), .init("ok", false), .init("rule", .string(rule)),
                .init("offset", .integer(offset)), .init("error", .string(error)),
            ]
            return (.object(members), false)
        case .value(let kind, let value, let encoded):
            var members: [JSONValue.Member] = [
                .init("file", .string(file)), .init("ok", true), .init("kind", .string(kind)), .init("value", value),
            ]
            var holds = true
            if roundtrip {
                let again = Self.read(Responses.self, encoded, cutAt: [])
                if again.map(\.summary) == [reading.summary] {
                    members.append(.init("roundtrip", "equal"))
                } else {
                    members.append(.init("roundtrip", .string("differs: \(EscapedOctets(encoded.span, limit: 200))")))
                    holds = false
                }
            }
            return (.object(members), holds)
        }
    }

    /// All readings of `octets`, delivered in pieces that end at the cuts.
    private static func read<Responses: WireResponses>(
        _: Responses.Type, _ octets: [UInt8], cutAt cuts: [Int]
    ) -> [WireReading] {
        var responses = Responses()
        var readings: [WireReading] = []
        var start = 0
        for end in cuts + [octets.count] {
            responses.receive(octets.span.extracting(start..<end))
            start = end
            while let reading = responses.next(isLast: end == octets.count) { readings.append(reading) }
        }
        return readings
    }

    private static func firstDifference<Responses: WireResponses>(
        _: Responses.Type, _ octets: [UInt8], _ whole: [WireReading]
    ) -> String? {
        let expected = whole.map(\.summary)
        if read(Responses.self, octets, cutAt: Array((0..<octets.count).dropFirst())).map(\.summary) != expected {
            return "byte by byte differs"
        }
        for cut in 0..<octets.count where read(Responses.self, octets, cutAt: [cut]).map(\.summary) != expected {
            return "a cut at octet \(cut) differs"
        }
        return nil
    }
}
