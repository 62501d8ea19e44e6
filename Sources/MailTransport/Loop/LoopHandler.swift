/// What a descriptor is ready for.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt8

    static let readable = Readiness(rawValue: 1)
    static let writable = Readiness(rawValue: 2)
    /// The peer hung up or the socket holds an error; reading or writing will tell which.
    static let hungUp = Readiness(rawValue: 4)
}

/// Whoever is told on the loop's thread that a descriptor is ready.
package protocol LoopHandler: AnyObject, Sendable {
    /// `descriptor` became ready; called on the loop's own thread, must not block.
    nonisolated func ready(_ descriptor: Int32)

    /// The loop was told to stop; called on its own thread, once. What is registered must end.
    nonisolated func loopStops()
}
