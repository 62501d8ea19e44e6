internal import Octets

/// Writes command lines (RFC 5321 §4.1.1); the arguments are of types that cannot hold CR, LF or NUL.
enum CommandEncoder {
    /// The most octets of a command line with its CRLF, parameters of extensions not counted (RFC 5321 §4.5.3.1.4).
    static let lineLimit = 512

    /// A command without arguments.
    static func encode(_ verb: String, into wire: inout WireOctets) {
        wire.append(verb)
        wire.appendCRLF()
    }

    /// `EHLO argument`, or `HELO argument`.
    static func encode(_ verb: String, _ argument: EHLOArgument, into wire: inout WireOctets) {
        wire.append("\(verb) \(argument.text)")
        wire.appendCRLF()
    }

    /// ```
    /// mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
    /// ```
    static func mail(_ path: ReversePath, _ parameters: [ESMTPParameter], into wire: inout WireOctets) {
        line("MAIL FROM:\(path)", parameters, into: &wire)
    }

    /// ```
    /// rcpt = "RCPT TO:" Forward-path [SP Rcpt-parameters] CRLF
    /// ```
    static func rcpt(_ path: ForwardPath, _ parameters: [ESMTPParameter], into wire: inout WireOctets) {
        line("RCPT TO:\(path)", parameters, into: &wire)
    }

    /// ```
    /// auth-command = "AUTH" SP sasl-mech [SP initial-response] CRLF
    /// initial-response = base64 / "="                  ; RFC 4954 §8
    /// ```
    /// - Returns: whether the initial response went with it: it may not where the line would be longer than 512 octets.
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

    /// Whether the command line of `path` keeps to the limit, `verb` with its colon being in front.
    static func fits(_ verb: String, _ path: String) -> Bool {
        verb.utf8.count + path.utf8.count + 2 <= lineLimit
    }

    private static func line(_ start: String, _ parameters: [ESMTPParameter], into wire: inout WireOctets) {
        wire.append(start)
        for parameter in parameters { wire.append(" \(parameter)") }
        wire.appendCRLF()
    }
}
