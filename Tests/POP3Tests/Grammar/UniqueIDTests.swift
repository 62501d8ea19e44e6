import Octets
import Testing

@testable import POP3

@Suite struct UniqueIDTests {
    private func read(_ octets: [UInt8], limit: Int = 100, quirks: POP3Quirks) throws(GrammarError) -> UniqueID {
        try UniqueID(uniqueID: octets.span, limit: limit, quirks: quirks)
    }

    @Test(arguments: [(0, false), (1, true), (69, true), (70, true), (71, false)])
    func `1 to 70 octets by the book`(length: Int, isValid: Bool) {
        let octets = [UInt8](repeating: 0x61, count: length)
        #expect(((try? read(octets, quirks: [])) != nil) == isValid)
    }

    @Test(arguments: [(0, false), (1, true), (71, true), (99, true), (100, true), (101, false)])
    func `up to the limit with tolerance`(length: Int, isValid: Bool) {
        let octets = [UInt8](repeating: 0x61, count: length)
        #expect(((try? read(octets, quirks: .uncommonUniqueIDs)) != nil) == isValid)
    }

    @Test func `a limit below the RFC's does not count`() throws {
        #expect(try read([UInt8](repeating: 0x61, count: 70), limit: 5, quirks: .uncommonUniqueIDs).octets.count == 70)
        #expect((try? read([UInt8](repeating: 0x61, count: 71), limit: .min, quirks: .uncommonUniqueIDs)) == nil)
    }

    @Test func `every octet, by the book and with tolerance`() {
        for octet in UInt8.min...UInt8.max {
            #expect(((try? read([octet], quirks: [])) != nil) == (0x21...0x7E).contains(octet))
            #expect(((try? read([octet], quirks: .uncommonUniqueIDs)) != nil) == !(octet < 0x20 || octet == 0x7F))
        }
    }

    @Test func `octets are compared, not what they look like`() throws {
        let one = try read([0xE9], quirks: .standard)
        let two = try read([0xEA], quirks: .standard)
        #expect(one != two)
        #expect(try UniqueID("abc") == read(Array("abc".utf8), quirks: []))
        #expect(try UniqueID("aBc") != UniqueID("abc"))
        #expect(throws: GrammarError.self) { try UniqueID("a\u{1B}") }
        #expect(throws: GrammarError.self) { try UniqueID("") }
    }
}
