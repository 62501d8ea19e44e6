internal import Octets
internal import SASL

/// Writes command lines (RFC 2449 §3).
enum CommandEncoder {
    /// The most octets of a command line with its CRLF (RFC 2449 §4); responses of a SASL exchange may be longer.
    static let lineLimit = 255

    /// A command with numbers as arguments, or without any.
    ///
    /// ```
    /// command = keyword *(SP param) CRLF           ; 255 octets maximum
    /// keyword = 3*4VCHAR
    /// ```
    static func encode(_ verb: String, _ arguments: [UInt32] = [], into wire: inout WireOctets) {
        wire.append(verb)
        for argument in arguments { wire.append(" \(argument)") }
        wire.appendCRLF()
    }

    /// `USER name`; the name was checked before.
    static func user(_ name: String, into wire: inout WireOctets) {
        wire.append("USER \(name)")
        wire.appendCRLF()
    }

    /// `PASS string`; the password was checked before.
    static func pass(_ password: Secret, into wire: inout WireOctets) {
        wire.append("PASS ")
        wire.appendSecret(password)
        wire.appendCRLF()
    }

    /// ```
    /// auth-command     = "AUTH" SP sasl-mech [SP initial-response] CRLF
    /// initial-response = base64 / "="              ; RFC 5034 §5
    /// ```
    /// - Returns: whether the initial response went with it: it may not where the line would be longer than 255 octets (RFC 5034 §4).
    static func auth(_ mechanism: String, initialResponse: Secret?, into wire: inout WireOctets) -> Bool {
        wire.append("AUTH \(mechanism)")
        defer { wire.appendCRLF() }
        guard let initialResponse else { return false }
        let encoded = initialResponse.isEmpty ? [0x3D] : initialResponse.withOctets { span in Base64.encode(span) }
        guard 5 + mechanism.utf8.count + 1 + encoded.count + 2 <= lineLimit else { return false }
        wire.append(ASCII.space)
        wire.appendSecret(contentsOf: encoded)
        return true
    }

    /// A response of a SASL exchange, a line of Base64, secret as a whole.
    static func response(_ response: Secret, into wire: inout WireOctets) {
        wire.appendSecret(contentsOf: response.withOctets { span in Base64.encode(span) })
        wire.appendCRLF()
    }

    /// Checks that `octets` can be the argument of `verb`, which is USER or PASS.
    ///
    /// Printable ASCII and the space, which a server may take for a part of it (RFC 1939 §7, PASS); other UTF-8 only where the
    /// server says so (RFC 6856 §2.1).
    static func check(_ octets: Span<UInt8>, of verb: String, allowingUTF8: Bool) throws(GrammarError) {
        guard !octets.isEmpty else { throw GrammarError(rule: "param", offset: 0, in: octets) }
        let room = lineLimit - verb.utf8.count - 3
        guard octets.count <= room else { throw GrammarError(rule: "command", offset: room, in: octets) }
        for index in 0..<octets.count {
            let octet = octets[index]
            guard !octet.isControl, octet < 0x80 || allowingUTF8 else {
                throw GrammarError(rule: "param", offset: index, in: octets)
            }
        }
    }

    /// The same for a password, of which the error shows nothing.
    static func check(secret: Secret, of verb: String, allowingUTF8: Bool) throws(GrammarError) {
        let rule: String? = secret.withOctets { octets in
            do throws(GrammarError) {
                try check(octets, of: verb, allowingUTF8: allowingUTF8)
                return nil
            } catch {
                return error.rule
            }
        }
        if let rule { throw GrammarError(rule: rule, offset: 0, in: [UInt8]().span) }
    }
}
