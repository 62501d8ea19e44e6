import IMAP4
import Testing

@Suite struct BodySectionTests {
    @Test(arguments: [
        ("", "[]"), ("TEXT", "[TEXT]"), ("text", "[TEXT]"), ("1", "[1]"), ("1.2.3", "[1.2.3]"), ("1.MIME", "[1.MIME]"),
        ("4.HEADER", "[4.HEADER]"), ("HEADER", "[HEADER]"),
    ])
    func `a literal is a section`(literal: String, section: String) {
        #expect(BodySection(stringLiteral: literal).description == section)
        #expect(BodySection(stringLiteral: literal).invalidLiteral == nil)
    }

    @Test(arguments: ["MIME", "0", "1.", ".1", "1..2", "x", "1]", "TEXT.1", "1.0", "HEADER.FIELDS (x)", "4294967296"])
    func `what is no section is remembered as such`(literal: String) {
        #expect(BodySection(stringLiteral: literal).invalidLiteral == literal)
    }

    @Test func `flags and capabilities are compared without case and keep theirs`() {
        #expect(Flag(#"\seen"#) == .seen)
        #expect(Flag(#"\sEEn"#).rawName == #"\sEEn"#)
        #expect(Set([IMAP4Capability("idle"), .idle]).count == 1)
        #expect(IMAP4Capability("auth=plain").mechanism == "PLAIN")
        #expect(MailboxAttribute(#"\TRASH"#) == .trash)
        #expect(StatusItem("uidnext") == .uidNext)
    }
}
