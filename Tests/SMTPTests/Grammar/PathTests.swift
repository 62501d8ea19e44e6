import Octets
import Testing

@testable import SMTP

@Suite struct PathTests {
    @Test func reversePath() throws {
        #expect(try ReversePath("Smith@bar.com").description == "<Smith@bar.com>")
        #expect(ReversePath.null.description == "<>")
        // An address that was left empty by mistake must not become the null path.
        #expect(throws: GrammarError.self) { try ReversePath("") }
        #expect(throws: GrammarError.self) { try ReversePath("<>") }
    }

    @Test func forwardPath() throws {
        #expect(try ForwardPath("Jones@foo.com").description == "<Jones@foo.com>")
        #expect(try ForwardPath("postmaster") == .postmaster)
        #expect(ForwardPath.postmaster.description == "<Postmaster>")
        #expect(throws: GrammarError.self) { try ForwardPath("") }
        #expect(throws: GrammarError.self) { try ForwardPath("postmaster\r\n") }
    }
}
