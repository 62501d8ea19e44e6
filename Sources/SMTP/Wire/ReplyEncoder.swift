public import Octets

extension SMTPReply {
    /// The reply as it goes over the wire, every line ended by CRLF; reading it again gives an equal reply.
    ///
    /// A line of text cannot hold LF: what stands behind one becomes a line of its own.
    public func encoded() -> WireOctets {
        let texts = lines.flatMap { $0.split(separator: ASCII.lf, omittingEmptySubsequences: false) }
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
