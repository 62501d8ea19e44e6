import RFC5322
import Testing

@Suite struct MessageViewsTests {
    private func leaf(_ name: String, _ type: String, _ more: String = "") -> String {
        "Content-Type: \(type)\nContent-ID: <\(name)>\n\(more)\n\(name)\n"
    }

    private func multipart(_ subtype: String, _ boundary: String, _ parts: [String]) -> String {
        "Content-Type: multipart/\(subtype); boundary=\(boundary)\n\n" + parts.map { "--\(boundary)\n\($0)" }.joined()
            + "--\(boundary)--\n"
    }

    private func names(_ parts: [MessagePart]) -> String {
        parts.map { $0.contentID?.value ?? "?" }.joined()
    }

    /// The example of RFC 8621 §4.1.4: a list manager's header and footer around a message of both kinds.
    @Test func sortsTheExampleOfTheRFC() {
        let message = Message(
            lines: multipart(
                "mixed", "a",
                [
                    leaf("A", "text/plain", "Content-Disposition: inline\n"),
                    multipart(
                        "mixed", "b",
                        [
                            multipart(
                                "alternative", "c",
                                [
                                    multipart(
                                        "mixed", "d",
                                        [
                                            leaf("B", "text/plain", "Content-Disposition: inline\n"),
                                            leaf("C", "image/jpeg", "Content-Disposition: inline\n"),
                                            leaf("D", "text/plain", "Content-Disposition: inline\n"),
                                        ]),
                                    multipart("related", "e", [leaf("E", "text/html"), leaf("F", "image/jpeg")]),
                                ]),
                            leaf("G", "image/jpeg", "Content-Disposition: attachment\n"),
                            leaf("H", "application/x-excel"),
                            leaf("J", "message/rfc822").replacing("\nJ\n", with: "\nSubject: J\n\n"),
                        ]),
                    leaf("K", "text/plain", "Content-Disposition: inline\n"),
                ]))
        #expect(names(message.views.textBody) == "ABCDK")
        #expect(names(message.views.htmlBody) == "AEK")
        #expect(names(message.views.attachments) == "CFGHJ")
        #expect(message.defects == [])
    }

    @Test func sortsSimpleMessages() {
        let text = Message(lines: leaf("A", "text/plain"))
        #expect(names(text.views.textBody) == "A" && names(text.views.htmlBody) == "A" && text.attachments.isEmpty)
        #expect(text.text == "A\r\n" && text.html == nil)
        let html = Message(lines: multipart("alternative", "a", [leaf("A", "text/html")]))
        #expect(names(html.views.textBody) == "A" && names(html.views.htmlBody) == "A")
        #expect(html.text == nil && html.html == "A")
        let attached = Message(lines: leaf("A", "application/pdf"))
        #expect(names(attached.attachments) == "A" && attached.views.textBody.isEmpty)
        // A text with a name is an attachment, unless it comes first.
        let named = Message(
            lines: multipart("mixed", "a", [leaf("A", "text/plain; name=a"), leaf("B", "text/plain; name=b")]))
        #expect(names(named.views.textBody) == "A" && names(named.attachments) == "B")
    }
}
