import Testing

@Suite("Swift text without comments and strings")
struct SourceTextTests {
    @Test(
        "what is not code is blank",
        arguments: [
            ("let a = 1 // unsafe", ["let", "a", "1"]),
            ("/* unsafe /* try! */ unsafe */ let a", ["let", "a"]),
            (#"let a = "unsafe \" unsafe" + b"#, ["let", "a", "b"]),
            (#"let a = "unsafe \(f(b) + "unsafe") unsafe" + c"#, ["let", "a", "f", "b", "c"]),
            (##"let a = #"unsafe " \(unsafe) \#(b)"# + c"##, ["let", "a", "b", "c"]),
            ("let a = \"\" + \"// no comment\" + b", ["let", "a", "b"]),
        ])
    func blanks(_ line: String, _ words: [String]) {
        #expect(SourceText(line).lines.flatMap(SourceText.words) == words)
    }

    @Test("lines keep their numbers behind strings and comments of several lines")
    func keepsLines() {
        let text = "let a = \"\"\"\n  unsafe \"quoted\"\n  \\(b)\n  \"\"\"\n/* unsafe\n*/ let c = é // ü\nlet d"
        let lines = SourceText(text).numbered.map { ($0.number, SourceText.words(of: $0.text)) }
        #expect(lines.map(\.0) == [1, 3, 4, 6, 7])
        #expect(lines.flatMap(\.1) == ["let", "a", "b", "let", "c", "é", "let", "d"])
    }
}
