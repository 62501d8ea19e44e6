/// A fixture that cannot be read as it is written, or that an engine does not play as it is written.
public struct FixtureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in a sentence.
    public let message: String
    /// The line of the file, counted from 1; nil where the fixture as a whole is meant.
    public let line: Int?
    /// The fixture's path as its suite names it; nil where it came from no file.
    public let path: String?

    /// An error told by `message`.
    public init(_ message: String, line: Int? = nil, path: String? = nil) {
        self.message = message
        self.line = line
        self.path = path
    }

    /// The path, the line and the message.
    public var description: String {
        switch (path, line) {
        case (let path?, let line?): "\(path):\(line): \(message)"
        case (let path?, nil): "\(path): \(message)"
        case (nil, let line?): "line \(line): \(message)"
        case (nil, nil): message
        }
    }

    /// This error at `line`, where it has no line of its own.
    func located(at line: Int) -> FixtureError {
        FixtureError(message, line: self.line ?? line, path: path)
    }

    /// This error in the file at `path`, told with what was being done when it arose.
    func found(in path: String, while activity: String? = nil) -> FixtureError {
        FixtureError(activity.map { "\(message) (\($0))" } ?? message, line: line, path: self.path ?? path)
    }
}
