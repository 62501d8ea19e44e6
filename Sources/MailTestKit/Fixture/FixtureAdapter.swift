public import Octets

/// Joins the words of a fixture to one engine: how it is made, what `>` lines submit, how events and failures read.
public protocol FixtureAdapter: Sendable {
    /// The engine under test.
    associatedtype Engine: ProtocolEngine

    /// The folder under `Fixtures` whose files are played with this adapter, such as `smtp`.
    static var folder: String { get }

    /// A fresh engine for a fixture.
    ///
    /// - Parameters:
    ///   - isSecured: whether the channel starts under TLS (`# channel: tls`, the default) or in plaintext.
    ///   - options: the `key=value` pairs of the fixture's `# client:` header.
    static func makeEngine(isSecured: Bool, options: [String: String]) throws(FixtureError) -> Engine

    /// The commands that a `>` line submits, in order: its words, quotes and escapes already undone.
    static func commands(for words: [String]) throws(FixtureError) -> [Engine.Command]

    /// What a `=>` line must say for `event`; nil for an event that fixtures do not show.
    static func describe(_ event: Engine.Event) -> String?

    /// What a `=> failure …` or `=> refused …` line must say, behind that word, for `failure`.
    static func describe(_ failure: Engine.Failure) -> String
}

/// A fixture that cannot be read or played as it is written.
public struct FixtureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in a sentence.
    public let message: String
    /// The line of the file, counted from 1; nil where the fixture as a whole is meant.
    public let line: Int?

    /// An error told by `message`.
    public init(_ message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }

    /// The line and the message.
    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
