/// What a session is told when it is made.
package struct IMAP4SessionOptions: Sendable, Hashable {
    /// Whether nothing but CAPABILITY, STARTTLS and LOGOUT may be sent before TLS is up.
    package var requiresTLS = false
    /// Whether a password may be sent without TLS.
    package var allowsPasswordInPlaintext = false
    package var limits = IMAP4Limits()
    package var quirks = IMAP4Quirks.standard

    package init() {}
}
