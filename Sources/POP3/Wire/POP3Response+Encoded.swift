public import Octets

extension POP3Response {
    /// The response as it goes over the wire; reading it again gives an equal response.
    ///
    /// Content is byte-stuffed and ended by the line with the single dot (RFC 1939 §3); CRLF is put behind it where it does not end
    /// with one.
    public func encoded() -> WireOctets {
        var wire = WireOctets(status.description)
        if !text.isEmpty || status == .continueRequest {
            wire.append(ASCII.space)
            wire.append(contentsOf: text)
        }
        wire.appendCRLF()
        guard let content else { return wire }
        var stuffed: [UInt8] = []
        stuffed.reserveCapacity(content.count + content.count / 64 + 5)
        var isLineStart = true
        var isBehindCR = false
        for octet in content {
            if isLineStart, octet == ASCII.dot { stuffed.append(ASCII.dot) }
            stuffed.append(octet)
            isLineStart = isBehindCR && octet == ASCII.lf
            isBehindCR = octet == ASCII.cr
        }
        wire.append(contentsOf: stuffed)
        if !isLineStart { wire.appendCRLF() }
        wire.append(ASCII.dot)
        wire.appendCRLF()
        return wire
    }
}
