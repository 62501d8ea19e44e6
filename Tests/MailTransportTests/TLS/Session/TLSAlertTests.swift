import MailTestKit
import Testing

@testable import MailTransport

/// The alerts that servers end handshakes with.
@Suite(.timeLimit(.minutes(1))) struct TLSAlertTests {
    @Test(arguments: [
        (UInt8(40), "handshake_failure", TransportError.Kind.handshakeRefused),
        (42, "bad_certificate", .handshakeRefused), (47, "illegal_parameter", .handshakeRefused),
        (49, "access_denied", .handshakeRefused), (70, "protocol_version", .protocolVersion),
        (71, "insufficient_security", .handshakeRefused), (80, "internal_error", .handshakeRefused),
        (86, "inappropriate_fallback", .handshakeRefused), (112, "unrecognized_name", .handshakeRefused),
        (120, "no_application_protocol", .noApplicationProtocol),
    ])
    func `an alert is told by number and name`(number: UInt8, name: String, kind: TransportError.Kind) async throws {
        let authority = try TestCertificateAuthority()
        let identity = try authority.issue().serving { $0.alert = number }
        let (outcome, _) = try await TLSTrial.run(identity, trusting: authority)
        #expect(outcome.kind == kind, "\(outcome.error?.description ?? "")")
        #expect(outcome.error?.tls?.alert == TLSAlert(rawValue: number))
        #expect(outcome.error?.tls?.certificate == nil)
        #expect(outcome.error?.description.contains("\(name) (\(number))") == true)
    }

    @Test func `a number that nobody knows is told as it is`() {
        #expect(TLSAlert(rawValue: 200).description == "alert (200)")
        #expect(TLSAlert(rawValue: 200).name == nil)
        #expect(TLSAlert.certificateRequired.description == "certificate_required (116)")
    }
}
