public import Octets

extension SMTPReply {
    /// The reply as it goes over the wire, every line ended by CRLF; reading it again gives an equal reply.
    ///
    /// LF cannot be sent in a line of text: it and what stands behind it become a line of their own, and so does a CR at a line's end.
    public func encoded() -> WireOctets {
        let texts = lines.flatMap { line in
            line.split(separator: ASCII.lf, omittingEmptySubsequences: false).map { $0.last == ASCII.cr ? $0.dropLast() : $0 }
        }
        var wire = WireOctets()
        for (index, text) in texts.enumerated() {
            wire.append(code.description)
            wire.append(index == texts.count - 1 ? ASCII.space : ASCII.hyphen)
            wire.append(contentsOf: text)
            wire.appendCRLF()
        }
        return wire
    }
}
