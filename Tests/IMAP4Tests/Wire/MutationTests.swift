import IMAP4
import Octets
import Testing

/// Responses with random damage: nothing traps, the pieces of delivery do not matter, and what is read is written to read the same.
@Suite struct MutationTests {
    private static let seeds: [[UInt8]] =
        ResponseKnownAnswerTests.answers.map { Array($0.wire.utf8) }
        + [
            """
            * 12 FETCH (FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286 ENVELOPE ("Wed" "a \\"b" \
            (("T" NIL "g" "c")) NIL NIL ((NIL NIL "imap" "c")) NIL NIL NIL "<B@c>") BODYSTRUCTURE (("TEXT" "PLAIN" \
            ("CHARSET" "X") NIL NIL "7BIT" 3028 92 NIL ("inline" ("a" "b")) ("en") "l" (1 2))("MESSAGE" "RFC822" NIL NIL NIL \
            "8BIT" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("A" "B" NIL NIL NIL NIL 1) 7) "MIXED" ("b" "c") NIL NIL NIL))\r\n
            """,
            "* 1 FETCH (BODY[HEADER.FIELDS ({4}\r\nDate)] {6}\r\nabcdef BODY[TEXT]<9> {12}\r\n0123456789ab UID 4)\r\n",
            "* LIST (\\A) \"/\" {3}\r\na\"b (X (\"y\" {2}\r\nzz))\r\na1 OK [COPYUID 1 2:3 4:5] done\r\n+ go {3}\r\n",
        ].map { Array($0.utf8) }

    private static let interesting: [UInt8] = Array("(){}[]\"\\ \r\n~*+%09:,.<>-NILnil\0\u{7F}".utf8) + [0x80, 0xFF]

    private func mutated(_ seed: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var octets = seed
        for _ in 0...(random.next() % 3) {
            guard !octets.isEmpty else { break }
            let place = Int(random.next() % UInt64(octets.count))
            let octet = Self.interesting[Int(random.next() % UInt64(Self.interesting.count))]
            switch random.next() % 4 {
            case 0: octets[place] = octet
            case 1: octets.insert(octet, at: place)
            case 2: octets.remove(at: place)
            default: octets.insert(contentsOf: seed.prefix(Int(random.next() % 12)), at: place)
            }
        }
        return octets + Array("\r\n* 7 EXISTS\r\n".utf8)
    }

    private enum Outcome: Equatable {
        case part(ResponsePart)
        case fault(ResponseFault)
    }

    private func outcomes(_ octets: [UInt8], step: Int) -> [Outcome] {
        var limits = IMAP4Limits()
        limits.streamingThreshold = 4
        limits.lineLength = 4096
        limits.literalLength = 4096
        limits.nestingDepth = 8
        var decoder = ResponseDecoder(limits: limits)
        var input = ReceiveBuffer()
        var outcomes: [Outcome] = []
        for start in stride(from: 0, to: octets.count, by: step) {
            input.append(octets.span.extracting(start..<min(start + step, octets.count)))
            do throws(ResponseFault) {
                while let part = try decoder.next(&input) {
                    if case .contentOctets(let later) = part, case .part(.contentOctets(let earlier))? = outcomes.last {
                        outcomes[outcomes.count - 1] = .part(.contentOctets(earlier + later))
                    } else {
                        outcomes.append(.part(part))
                    }
                }
            } catch {
                return outcomes + [.fault(error)]
            }
        }
        return outcomes
    }

    @Test(arguments: 0..<8) func `any damage is read the same in any delivery`(round: UInt64) {
        var random = SplitMix(state: round)
        for seed in Self.seeds {
            for _ in 0..<60 {
                let octets = mutated(seed, &random)
                let whole = outcomes(octets, step: octets.count)
                #expect(outcomes(octets, step: 1) == whole, "\(EscapedOctets(octets.span))")
                #expect(outcomes(octets, step: 7) == whole, "\(EscapedOctets(octets.span))")
            }
        }
    }

    @Test(arguments: 0..<8) func `what is read is written so that it reads the same`(round: UInt64) {
        var random = SplitMix(state: round &+ 1000)
        for seed in Self.seeds {
            for _ in 0..<60 {
                let octets = mutated(seed, &random)
                var reader = IMAP4ResponseReader()
                reader.receive(octets.span)
                while let result = reader.next() {
                    guard case .success(let response) = result else { continue }
                    let written = response.encoded
                    var again = IMAP4ResponseReader()
                    again.receive(written.span)
                    #expect(
                        again.next() == .success(response),
                        "\(EscapedOctets(octets.span)) → \(EscapedOctets(written.span))")
                    #expect(again.next(isLast: true) == nil, "\(EscapedOctets(written.span))")
                }
            }
        }
    }
}
