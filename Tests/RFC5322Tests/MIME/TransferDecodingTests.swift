import Testing

@testable import RFC5322

@Suite struct TransferDecodingTests {
    private func read(_ encoding: String, _ body: String) -> Reading<ArraySlice<UInt8>> {
        let message = "Content-Transfer-Encoding: \(encoding)\r\n\r\n\(body)"
        return Message(parsing: Array(message.utf8)).root.readContent()
    }

    @Test(arguments: [
        // RFC 4648 §10.
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
        ("Zm9v\r\nYmFy\r\n", "foobar"), ("Z\r\nm9vY\n mFy", "foobar"), ("Zm9vYg", "foob"), ("Zm!9v*Yg==", "foob"),
        ("Zg==Zm9v", "ffoo"),
        ("Zm9vY", "foo"), ("====", ""), ("Zm9v=", "foo"),
    ])
    func decodesBase64(body: String, text: String) {
        #expect(String(decoding: read("base64", body).value, as: UTF8.self) == text)
    }

    @Test(arguments: [
        ("Zm!9v", [Defect(.base64Octet, at: 39)]), ("Zm9vYg", [Defect(.base64Padding, at: 43)]),
        ("Zg==Zg==", [Defect(.base64AfterPadding, at: 41)]),
        ("Zg==\r\n", []), ("Zm9vY", [Defect(.base64Padding, at: 42)]),
    ])
    func tellsDamageInBase64(body: String, defects: [Defect]) {
        #expect(read("base64", body).defects == defects)
    }

    @Test(arguments: [
        ("a=3Db", "a=b"), ("a=3db", "a=b"), ("a=\r\nb", "ab"), ("a= \t\r\nb", "ab"), ("a=\nb", "ab"),
        ("a \t\r\nb", "a\r\nb"), ("a \nb", "a\nb"),
        ("a=20\r\nb", "a \r\nb"), ("a=", "a"), ("=C3=BC", "ü"), ("a=G1", "a=G1"), ("a=4", "a=4"), ("=\r\n=\r\n", ""),
        ("", ""), ("\r\n\r\n", "\r\n\r\n"),
        (
            "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.",
            "Now's the time for all folk to come to the aid of their country."
        ),
    ])
    func decodesQuotedPrintable(body: String, text: String) {
        #expect(String(decoding: read("Quoted-Printable", body).value, as: UTF8.self) == text)
    }

    @Test func tellsDamageInQuotedPrintable() {
        #expect(read("quoted-printable", "a=G1\r\nb=").defects == [Defect(.quotedPrintableEscape, at: 48)])
    }

    @Test func leavesWhatIsNotEncoded() {
        for encoding in ["7bit", "8bit", "BINARY"] {
            #expect(String(decoding: read(encoding, "a=3D\r\n").value, as: UTF8.self) == "a=3D\r\n")
            #expect(read(encoding, "").defects == [])
        }
        #expect(read("x-none", "a").defects.map(\.kind) == [.unknownTransferEncoding])
        #expect(String(decoding: read("x-none", "a").value, as: UTF8.self) == "a")
    }

    @Test func undoesWhatTheEncodersDo() {
        var generator = SeededGenerator(seed: 2045)
        for _ in 0..<1_000 {
            let kind = Int.random(in: 0..<3, using: &generator)
            let octets: [UInt8] = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                switch kind {
                case 0: UInt8.random(in: 0...255, using: &generator)
                case 1: Array(" \t\r\n=.From".utf8).randomElement(using: &generator) ?? 0
                default: UInt8.random(in: 32...126, using: &generator)
                }
            }
            var defects = DefectList(limit: 10)
            let base64 = Base64Encoder.encode(octets.span)
            #expect(Base64Decoder.decode(base64.span, offset: 0, defects: &defects) == octets)
            let quoted = QuotedPrintableEncoder.encode(octets.span)
            #expect(QuotedPrintableDecoder.decode(quoted, 0..<quoted.count, defects: &defects) == octets)
            #expect(defects.all.isEmpty)
            for encoded in [base64, quoted] {
                let survey = ContentSurvey(encoded.span)
                #expect(survey.isSevenBit && survey.longestLine <= 76)
            }
        }
    }
}
