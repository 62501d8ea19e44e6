import MailTestKit

/// Fixtures of the toy protocol.
enum Traces {
    static let head = """
        # spec: RFC 862
        # source: synthetic
        # proves: what is sent comes back

        """

    /// A conversation that a right engine plays, with every kind of step that engines are concerned with.
    static let whole = body(
        """
        S: HELLO
        => greeting
        > echo one "two words"
        C: ECHO one
        C: ECHO two words
        S: * watch\\x20out
        S: OK one
        S: OK two words
        => unasked "watch out"
        => echoed "one"
        => echoed "two words"
        > pass "hunter 2"
        C: PASS {secret:hunter 2}
        S: NO wrong
        => refused "wrong"
        >! echo "a\\r\\nb"
        => rejected control character in "a\\r\\nb"
        > tagged hello
        C: ${tag} hello
        S: ${tag} OK \\*3{ab}
        => echoed "ababab"
        > secure
        C: SECURE
        S: OK
        !tls
        => secured
        !close
        => ended
        """, channel: "plaintext")

    /// Steps under a complete header.
    static func body(_ steps: String, channel: String = "tls", fault: String? = nil, delivery: String? = nil) -> String
    {
        head + "# channel: \(channel)\n" + (fault.map { "# client: fault=\($0)\n" } ?? "")
            + (delivery.map { "# delivery: \($0)\n" } ?? "") + steps
    }
}
