internal import CGlibcExtras
internal import Glibc

/// A proxy that cannot be started.
public struct FaultProxyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was to be done, and why it could not be.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// The system's refusal of `activity`.
    init(_ activity: String, errno number: Int32) {
        description = "cannot \(activity): \(Self.text(number))"
    }

    /// The system's words for an error number.
    static func text(_ number: Int32) -> String {
        // Holds: the text is static, or NULL for a number that is none.
        guard let text = unsafe mailwire_error_text(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}
