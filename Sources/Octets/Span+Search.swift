import Glibc

extension Span<UInt8> {
    /// The offset of the first `octet` at or after `start`, found with `memchr`; nil where there is none, as behind the end.
    public func firstOffset(of octet: UInt8, from start: Int = 0) -> Int? {
        let start = Swift.max(start, 0)
        // Holds: the buffer is only read inside the closure, within its own count.
        return unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, start < buffer.count else { return nil }
            guard let hit = unsafe memchr(base + start, Int32(octet), buffer.count - start) else { return nil }
            return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
        }
    }

    /// Whether the octets equal `text`'s UTF-8.
    public func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        // Holds: both are read inside the closure, within the count that was just compared.
        return unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return true }
            return unsafe memcmp(base, text.utf8Start, buffer.count) == 0
        }
    }

    /// Whether the octets equal `text`, ASCII letters compared without case.
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return hasPrefixIgnoringCase(text)
    }

    /// Whether the octets begin with `text`, ASCII letters compared without case.
    public func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        for index in 0..<length where unsafe self[index].lowercased != text.utf8Start[index].lowercased {
            return false
        }
        return true
    }
}

extension Array<UInt8> {
    /// A copy of the octets of `span`.
    public init(copying span: Span<UInt8>) {
        // Holds: the buffer is read inside the closure only.
        self = unsafe span.withUnsafeBufferPointer { buffer in unsafe Array(buffer) }
    }
}

extension String {
    /// The text of `octets` read as UTF-8; what is not UTF-8 becomes U+FFFD.
    public init(decoding octets: Span<UInt8>) {
        // Holds: the buffer is read inside the closure only.
        self = unsafe octets.withUnsafeBufferPointer { buffer in unsafe String(decoding: buffer, as: UTF8.self) }
    }
}

extension Array<UInt8> {
    /// Adds a copy of the octets of `span`.
    public mutating func append(copying span: Span<UInt8>) {
        // Holds: the buffer is read inside the closure only.
        unsafe span.withUnsafeBufferPointer { buffer in unsafe append(contentsOf: buffer) }
    }
}
