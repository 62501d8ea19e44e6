internal import COpenSSL

/// Something about certificates or TLS that OpenSSL would not do for a test.
public struct TestTLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was to be done, and OpenSSL's reasons.
    public let description: String

    /// An error while doing `activity`, with the reasons that OpenSSL keeps for this thread, which are forgotten then.
    init(_ activity: String) {
        description = "\(activity): \(Self.reasons())"
    }

    /// The reasons in OpenSSL's queue, oldest first; the queue is empty then.
    static func reasons() -> String {
        var texts: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            // Holds: the reason is a static text or NULL.
            if let text = unsafe ERR_reason_error_string(code) { texts.append(unsafe String(cString: text)) }
        }
        return texts.isEmpty ? "no reason given" : texts.joined(separator: ", ")
    }
}
