import Glibc

/// A password, token or other value that must not be seen.
///
/// It prints as `<redacted>` in every build: by `description`, `debugDescription`, `dump` and mirrors alike. Its
/// octets are overwritten when the last copy goes away; copies that callers made of them are theirs to care for.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    /// A secret of the UTF-8 of `text`.
    public init(_ text: String) {
        storage = Storage(Array(text.utf8))
    }

    /// A secret of `octets`.
    public init(octets: [UInt8]) {
        storage = Storage(octets)
    }

    /// The number of octets.
    public var count: Int { withOctets { span in span.count } }

    /// Whether there is no octet.
    public var isEmpty: Bool { count == 0 }

    /// Lends the octets to `body`, which must not use this secret itself.
    public func withOctets<Value: Sendable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try storage.octets.withLock { octets throws(Failure) in try body(octets.span) }
    }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }

    private final class Storage: Sendable, CustomReflectable {
        let octets: Lock<[UInt8]>

        init(_ octets: [UInt8]) {
            // An array of its own, so that wiping reaches the only copy.
            self.octets = Lock(octets.map { $0 })
        }

        var customMirror: Mirror { Mirror(self, children: []) }

        deinit {
            octets.withLock { octets in
                // Holds: this is the last owner and the array is shared with nobody.
                unsafe octets.withUnsafeMutableBytes { bytes in
                    guard let base = bytes.baseAddress else { return }
                    unsafe explicit_bzero(base, bytes.count)
                }
            }
        }
    }
}
