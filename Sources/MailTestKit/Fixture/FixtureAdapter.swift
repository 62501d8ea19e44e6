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

    /// What a `=>` line must say for `event`, before any escaping; nil for an event that fixtures do not show.
    static func describe(_ event: Engine.Event) -> String?

    /// What a `=> failure …` or `=> rejected …` line must say, behind that word, for `failure`.
    static func describe(_ failure: Engine.Failure) -> String

    /// One line for two events that followed each other and are pieces of one stream; nil where they are two events.
    ///
    /// Only events that carry a body in pieces depend on how the octets arrived. Joining `body "ab"` and `body "c"` to
    /// `body "abc"` here makes what the fixture says independent of it. Both texts are as `describe` gave them. By
    /// default nothing is joined.
    static func joined(_ earlier: String, _ later: String) -> String?
}

extension FixtureAdapter {
    /// Nothing is joined.
    public static func joined(_ earlier: String, _ later: String) -> String? { nil }
}
