import IMAP4
import Testing

@Suite struct NumberSetTests {
    private func uids(_ values: [UInt32]) -> [UID] { values.compactMap { UID($0) } }

    @Test func `numbers are sorted and gathered`() {
        #expect(UIDSet(uids([7, 1, 2, 3, 9, 2])).description == "1:3,7,9")
        #expect(UIDSet(uids([])).isEmpty)
        #expect(UIDSet(uids([4_294_967_295, 4_294_967_294])).description == "4294967294:4294967295")
        #expect(UIDSet.uids(0...0).isEmpty)
        #expect(UIDSet.uids(0...3).description == "1:3")
        #expect(UIDSet.all.description == "1:*")
        #expect(UIDSet.last.description == "*")
    }

    @Test(arguments: [
        ("1", "1"), ("2,4:7,9,12:*", "2,4:7,9,12:*"), ("*:4,5:7", "4:*,5:7"), ("4:2", "2:4"), ("*", "*"), ("*:*", "*"),
        ("304,319:320", "304,319:320"), ("9,3", "9,3"),
    ])
    func `what is sent keeps its order`(sent: String, read: String) throws {
        #expect(try #require(UIDSet(IMAP4Text(sent))).description == read)
    }

    @Test(arguments: ["", "0", "1,", ",1", "1:", ":1", "a", "1:2:3", "4294967296", "1 2", "-1"])
    func `what is no set is refused`(text: String) {
        #expect(UIDSet(IMAP4Text(text)) == nil)
    }

    @Test func `a full range costs nothing`() throws {
        let set = try #require(UIDSet(IMAP4Text("1:4294967295")))
        #expect(set.elements.count == 1)
        #expect(set.count == 4_294_967_295)
        #expect(set.contains(try #require(UID(4_000_000_000))))
        #expect(Array(set.numbers.prefix(3)) == uids([1, 2, 3]))
    }

    @Test func `a copied message is found in the target, also far away`() throws {
        let copied = CopiedUIDs(
            validity: try #require(UIDValidity(9)), source: try #require(UIDSet(IMAP4Text("304,319:320"))),
            target: try #require(UIDSet(IMAP4Text("3956:3958"))))
        #expect(copied.target(of: try #require(UID(304))) == UID(3956))
        #expect(copied.target(of: try #require(UID(320))) == UID(3958))
        #expect(copied.target(of: try #require(UID(305))) == nil)
        let large = CopiedUIDs(
            validity: try #require(UIDValidity(9)), source: .uids(1...4_294_967_295), target: .uids(1...4_294_967_295))
        #expect(large.target(of: try #require(UID(4_294_967_295))) == UID(4_294_967_295))
        let unequal = CopiedUIDs(validity: try #require(UIDValidity(9)), source: .uids(1...3), target: .uids(7...8))
        #expect(unequal.target(of: try #require(UID(1))) == nil)
    }
}
