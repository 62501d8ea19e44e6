import RFC5322

extension Message {
    /// The message of `text`, whose lines are given CRLF.
    init(lines text: String, limits: Limits = Limits()) {
        self.init(parsing: Array(text.replacing("\n", with: "\r\n").utf8), limits: limits)
    }

    /// A message of one field.
    init(field: String, limits: Limits = Limits()) {
        self.init(lines: field + "\n\n", limits: limits)
    }
}

/// A generator that gives the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Text of up to `length` characters: letters, spaces, marks, wide scripts, combining sequences and emoji.
    mutating func text(length: Int, lineEnds: Bool = false) -> String {
        let pools: [[String]] = [
            [
                "a", "b", "Z", "0", "9", " ", "  ", ".", ",", "<", ">", "@", "\"", "\\", "(", ")", ";", ":", "=", "?",
                "_", "=?", "?=",
            ],
            ["é", "ü", "ß", "ñ", "Ж", "я", "λ", "א", "ش"],
            ["日", "本", "한", "글", "中", "𠮷"],
            ["e\u{301}", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "\u{200B}", "\u{FEFF}", "\u{202E}"],
            ["\t"],
        ]
        var text = ""
        let mix = Int.random(in: 0..<6, using: &self)
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            let pool =
                mix < pools.count
                ? (Bool.random(using: &self) ? mix : 0) : Int.random(in: 0..<pools.count, using: &self)
            text += pools[pool].randomElement(using: &self) ?? ""
            if lineEnds, Int.random(in: 0..<12, using: &self) == 0 { text += "\r\n" }
        }
        return text
    }
}
