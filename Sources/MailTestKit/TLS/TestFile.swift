/// Content that has a path, for what takes nothing else: gone with this object, or with the process.
public final class TestFile: Sendable {
    private let file: UnlinkedFile

    /// The path, for this process, while this object lives.
    public var path: String { file.path }

    /// A file that holds `content`.
    ///
    /// - Throws: what the system would not do.
    public init(_ content: [UInt8]) throws(TestTLSError) {
        file = try UnlinkedFile(content)
    }

    /// A file that holds `text`.
    ///
    /// - Throws: what the system would not do.
    public convenience init(_ text: String) throws(TestTLSError) {
        try self.init(Array(text.utf8))
    }
}
