/// The authority and the identity that fixtures over TLS are served with: made once a process, at first use.
enum LoopbackIdentity {
    private static let made = Result { () throws(TestTLSError) in
        let authority = try TestCertificateAuthority()
        return (authority: authority, identity: try authority.issue(.loopback))
    }

    /// Both, for 127.0.0.1.
    static func get() throws(FixtureError) -> (authority: TestCertificateAuthority, identity: ServerIdentity) {
        do throws(TestTLSError) {
            return try made.get()
        } catch {
            throw FixtureError("\(error)")
        }
    }
}
