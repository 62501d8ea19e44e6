import RFC5322
import Testing

@Suite struct MessageParserTests {
    /// The tree in a short form: `type` of a leaf with its body, `type(…)` of a container.
    static func describe(_ part: MessagePart) -> String {
        let type = part.mediaType.description
        guard part.isMultipart || part.mediaType.enclosesMessage else {
            return "\(type)[\(String(decoding: part.body, as: UTF8.self).replacing("\r\n", with: "|"))]"
        }
        return "\(type)(\(part.children.map(describe).joined(separator: " ")))"
    }

    private func check(
        _ text: String, _ tree: String, _ kinds: [Defect.Kind] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for lineEnd in ["\r\n", "\n"] {
            let octets = Array(text.replacing("\n", with: lineEnd).utf8)
            let message = Message(parsing: octets)
            #expect(Self.describe(message.root).replacing("\n", with: "|") == tree, sourceLocation: sourceLocation)
            #expect(message.defects.map(\.kind) == kinds, sourceLocation: sourceLocation)
            checkIndex(message, sourceLocation: sourceLocation)
            #expect(message.octets == octets, sourceLocation: sourceLocation)
        }
    }

    /// What holds of every index, however damaged the message.
    func checkIndex(_ message: Message, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(message.root.range == 0..<message.octets.count, sourceLocation: sourceLocation)
        for part in message.parts {
            var isSound =
                part.range.lowerBound <= part.bodyRange.lowerBound && part.bodyRange.upperBound == part.range.upperBound
            var position = part.range.lowerBound
            for field in part.header {
                isSound =
                    isSound && field.range.lowerBound >= position && field.range.upperBound <= part.bodyRange.lowerBound
                position = field.range.upperBound
            }
            position = part.bodyRange.lowerBound
            for child in part.children {
                isSound = isSound && child.parent?.range == part.range && child.depth == part.depth + 1
                isSound =
                    isSound && child.delimiterRange.lowerBound >= position
                    && child.range.upperBound <= part.range.upperBound
                position = child.range.upperBound
            }
            #expect(isSound, sourceLocation: sourceLocation)
        }
    }

    @Test func readsASinglePart() {
        check("Subject: x\n\nbody\n", "text/plain[body|]")
        check("Subject: x\n\n", "text/plain[]")
        check("Subject: x\n", "text/plain[]")
        check("Subject: x", "text/plain[]")
        check("\nbody", "text/plain[body]")
        check("", "text/plain[]")
        check("\n", "text/plain[]")
    }

    /// RFC 2046 §5.1.1.
    @Test func readsTheExampleOfTheRFC() {
        check(
            """
            Content-type: multipart/mixed; boundary="simple boundary"

            This is the preamble.

            --simple boundary

            This is implicitly typed plain US-ASCII text.
            It does NOT end with a linebreak.
            --simple boundary
            Content-type: text/plain; charset=us-ascii

            This is explicitly typed plain US-ASCII text.
            It DOES end with a linebreak.

            --simple boundary--

            This is the epilogue.

            """,
            "multipart/mixed(text/plain[This is implicitly typed plain US-ASCII text.|It does NOT end with a linebreak.] "
                + "text/plain[This is explicitly typed plain US-ASCII text.|It DOES end with a linebreak.|])")
    }

    @Test func readsNestedParts() {
        check(
            """
            Content-Type: multipart/mixed; boundary=a

            --a
            Content-Type: multipart/alternative; boundary=b

            --b

            1
            --b
            Content-Type: text/html

            2
            --b--
            --a
            Content-Type: message/rfc822

            Subject: inner
            Content-Type: multipart/mixed; boundary=c

            --c

            3
            --c--
            --a--
            """,
            "multipart/mixed(multipart/alternative(text/plain[1] text/html[2]) message/rfc822(multipart/mixed(text/plain[3])))"
        )
    }

    /// RFC 2046 §5.1.5.
    @Test func readsADigest() {
        check(
            """
            Content-Type: multipart/digest; boundary=a

            --a

            Subject: one

            1
            --a
            Content-Type: text/plain

            2
            --a--
            """,
            "multipart/digest(message/rfc822(text/plain[1]) text/plain[2])")
    }

    @Test func tellsBoundariesApartThatBeginOneAnother() {
        check(
            """
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: multipart/mixed; boundary=x1

            --x1

            1
            --x12
            --x1--
            --x
            Content-Type: multipart/mixed; boundary=x--

            --x--

            2
            --x----
            --x-- \u{20}
            """,
            "multipart/mixed(multipart/mixed(text/plain[1|--x12]) multipart/mixed(text/plain[2]))")
    }

    @Test func endsInnerPartsAtOuterDelimiters() {
        check(
            """
            Content-Type: multipart/mixed; boundary=a

            --a
            Content-Type: multipart/mixed; boundary=b

            --b

            1
            --a

            2
            """,
            "multipart/mixed(multipart/mixed(text/plain[1]) text/plain[2])",
            [.missingCloseDelimiter, .missingCloseDelimiter])
    }

    @Test func takesTheInnermostOfEqualBoundaries() {
        check(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n1\n--a--\n--a\n\n2\n--a--\n",
            "multipart/mixed(multipart/mixed(text/plain[1]) text/plain[2])")
    }

    @Test func readsPartsWithoutBodyOrHeader() {
        check(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n\n--a\nX: y\n--a\nX: y\n\n--a--\n",
            "multipart/mixed(text/plain[] text/plain[] text/plain[] text/plain[])")
        check("Content-Type: multipart/mixed; boundary=a\n\n--a--\n", "multipart/mixed()")
        check("Content-Type: multipart/mixed; boundary=a\n\nno part\n", "multipart/mixed()", [.noBodyPart])
        check("Content-Type: multipart/mixed\n\n--a\n\n1\n--a--\n", "multipart/mixed()", [.missingBoundary])
        check("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\n1\n", "multipart/mixed()", [.missingBoundary])
        check("Content-Type: message/rfc822\n\n", "message/rfc822(text/plain[])")
    }

    @Test func allowsTransportPaddingAndMixedLineEnds() {
        let text = "Content-Type: multipart/mixed; boundary=a\n\n--a \t\r\n\r\n1\n--a\r\n\n2\r\n--a--  \n"
        let message = Message(parsing: Array(text.utf8))
        #expect(Self.describe(message.root) == "multipart/mixed(text/plain[1] text/plain[2])")
        #expect(message.defects == [])
        #expect(message.root.closeDelimiterRange == text.utf8.count - 8..<text.utf8.count)
    }

    @Test func readsDamagedHeaderSections() {
        check(" folded\nSubject: x\n\nbody", "text/plain[body]", [.continuationWithoutField])
        check("From joe Mon Nov 23 10:33:00 2026\nSubject: x\n\nbody", "text/plain[body]", [.mailboxSeparator])
        check("Subject: x\nno field\nbody", "text/plain[no field|body]", [.lineIsNoField])
        check("S\u{FC}bject: x\n\nbody", "text/plain[body]", [.fieldNameNotASCII])
        check(": x\n\nbody", "text/plain[: x||body]", [.lineIsNoField])
        check("Content-Type: text/html\nContent-Type: text/plain\n\nbody", "text/html[body]", [.repeatedField])
        let message = Message(lines: "Subject \t: x\n\t \n y\nTo: z\n\n")
        #expect(message.header.map(\.name.rawName) == ["Subject", "To"])
        #expect(message.subject == "x y")
        #expect(message.header[0].rawValue == " x\r\n\t \r\n y")
    }

    @Test func readsEncodedContainers() {
        check(
            "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n--a\n\n1\n--a--\n",
            "multipart/mixed(text/plain[1])", [.encodedMultipart])
        let message = Message(
            lines: "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogw7wKCmhp\n")
        #expect(message.defects.map(\.kind) == [.encodedMessage])
        #expect(message.root.enclosedMessage()?.subject == "ü")
        #expect(message.root.enclosedMessage()?.text == "hi")
        #expect(
            Message(lines: "Content-Type: message/rfc822\n\nSubject: y\n\nhi").root.enclosedMessage()?.subject == "y")
        #expect(Message(lines: "Subject: y\n\nhi").root.enclosedMessage() == nil)
    }

    /// Every prefix of a message is a message, and so is every message with an octet changed.
    @Test func readsEveryDamage() {
        let text = """
            From: Joe (x) <joe@example.org>
            Content-Type: multipart/mixed;
             boundary*0="a"; boundary*1=b

            --ab
            Content-Type: message/rfc822

            Subject: =?utf-8?q?=C3=BC?=
            Content-Type: multipart/digest; boundary="c d"

            --c d

            Date: Mon, 23 Nov 2026 11:33:00 +0100

            --c d--
            --ab
            Content-Type: text/plain; charset=iso-2022-jp; name*=utf-8''%C3%BC
            Content-Transfer-Encoding: base64

            GyRCRnxLXBsoQg==
            --ab--
            """.replacing("\n", with: "\r\n")
        let octets = Array(text.utf8)
        var generator = SeededGenerator(seed: 822)
        for length in 0...octets.count {
            readAll(Message(parsing: Array(octets[..<length])))
        }
        for _ in 0..<3_000 {
            var damaged = octets
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<damaged.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: damaged.remove(at: place)
                default:
                    damaged.insert(Array("\r\n\"(<>=?-;:*%\0".utf8).randomElement(using: &generator) ?? 0, at: place)
                }
            }
            readAll(Message(parsing: damaged))
        }
    }

    private func readAll(_ message: Message) {
        checkIndex(message)
        for field in message.header {
            _ = (field.readText(), field.readAddresses(), field.readDateTime(), field.readMessageIDs())
            _ = (field.readContentType(), field.readContentDisposition(), field.readTransferEncoding(), field.rawValue)
        }
        for part in message.parts {
            _ = (part.readText(), part.readContent(), part.filename, part.enclosedMessage()?.subject)
        }
        _ = (message.views, message.survey, try? MessageEnvelope(of: message))
    }
}
