internal import Octets

/// What a server said it can do, in its answer to EHLO (RFC 5321 §4.1.1.1).
public struct ServiceExtensions: Sendable, Hashable {
    /// Whether the server speaks the service extensions at all; false after HELO and before either.
    public let isExtended: Bool

    /// The keywords offered, in the server's order, each once.
    public private(set) var keywords: [EHLOKeyword] = []

    private var values: [EHLOKeyword: [String]] = [:]

    /// No extension at all: what is known before EHLO and after HELO.
    public static let none = ServiceExtensions(isExtended: false)

    /// An offer without a keyword yet.
    init(isExtended: Bool) {
        self.isExtended = isExtended
    }

    /// Adds what one line of the answer says; a keyword that came before keeps its parameters and gains new ones.
    mutating func add(_ keyword: EHLOKeyword, parameters: [String]) {
        guard var known = values[keyword] else {
            keywords.append(keyword)
            values[keyword] = parameters
            return
        }
        for parameter in parameters where !known.contains(parameter) { known.append(parameter) }
        values[keyword] = known
    }

    /// Whether the server offers `keyword`.
    public func offers(_ keyword: EHLOKeyword) -> Bool { values[keyword] != nil }

    /// The parameters behind `keyword`, as the server wrote them; empty where it has none or is not offered.
    public func parameters(of keyword: EHLOKeyword) -> [String] { values[keyword] ?? [] }

    /// The names of the SASL mechanisms offered (RFC 4954 §3), upper case, each once, in the server's order.
    public var authenticationMechanisms: [String] {
        var names: [String] = []
        for name in parameters(of: .auth).map({ $0.uppercased() }) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The largest message the server takes, in octets (RFC 1870 §4).
    ///
    /// Nil where it offers no SIZE, names no number or one that no counter holds, or says 0, which stands for no
    /// fixed limit.
    public var maximumMessageSize: UInt64? {
        guard let text = parameters(of: .size).first, text.utf8.allSatisfy(\.isDigit), let size = UInt64(text)
        else { return nil }
        return size == 0 ? nil : size
    }
}
