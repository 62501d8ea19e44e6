internal import Octets

extension ServiceExtensions {
    /// What the answer to EHLO offers.
    ///
    /// ```
    /// ehlo-ok-rsp  = ( "250" SP Domain [ SP ehlo-greet ] CRLF ) /
    ///                ( "250-" Domain [ SP ehlo-greet ] CRLF *( "250-" ehlo-line CRLF ) "250" SP ehlo-line CRLF )
    /// ehlo-line    = ehlo-keyword *( SP ehlo-param )
    /// ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")           ; RFC 5321 §4.1.1.1
    /// ehlo-param   = 1*(%d33-126)
    /// ```
    /// `AUTH=PLAIN LOGIN`, which servers send for the sake of old clients, counts as `AUTH PLAIN LOGIN`. A line that
    /// is no ehlo-line offers nothing.
    init(answering reply: SMTPReply) {
        self.init(isExtended: true)
        for line in reply.lines.dropFirst() {
            var cursor = OctetCursor(line.span)
            let name = cursor.takeRange { $0.isAlpha || $0.isDigit || $0 == ASCII.hyphen }
            guard !name.isEmpty, line[0] != ASCII.hyphen else { continue }
            let keyword = EHLOKeyword(String(decoding: line.span.extracting(name)))
            if keyword == .auth { _ = cursor.skip(0x3D) }
            guard cursor.isAtEnd || cursor.peek == ASCII.space || keyword == .auth else { continue }
            var parameters: [String] = []
            while !cursor.isAtEnd {
                _ = cursor.takeRange { $0.isWhiteSpace }
                let parameter = cursor.takeRange { (33...126).contains($0) }
                if parameter.isEmpty { break }
                parameters.append(String(decoding: line.span.extracting(parameter)))
            }
            add(keyword, parameters: parameters)
        }
    }
}
