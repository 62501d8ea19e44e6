internal import Octets

/// Text as encoded words in UTF-8 (RFC 2047 §2, §5).
enum EncodedWordEncoder {
    /// An encoded word may be 75 characters long (RFC 2047 §2).
    static let longest = 75
    private static let overhead = "=?utf-8?q??=".utf8.count

    /// The encoded words that stand for `text`, to be put one behind the other with white space between.
    ///
    /// The encoding that gives the shorter words is taken. No word ends within a character as people see it, unless a single
    /// one is longer than a word can be; no word ends within a Unicode scalar.
    ///
    /// - Parameter firstRoom: how many octets the first word may have; at least 32.
    static func encode(_ text: String, firstRoom: Int) -> [String] {
        var escapes = 0
        for octet in text.utf8 where !isSafe(octet) && octet != ASCII.space { escapes += 1 }
        let isQ = text.utf8.count + 2 * escapes <= (text.utf8.count + 2) / 3 * 4
        var words: [String] = []
        var pending: [UInt8] = []
        var pendingLength = 0
        var room = min(max(firstRoom, 32), longest) - overhead

        func fits(_ octets: some Collection<UInt8>) -> Bool {
            isQ ? pendingLength + lengthInQ(octets) <= room : (pending.count + octets.count + 2) / 3 * 4 <= room
        }
        func end() {
            guard !pending.isEmpty else { return }
            let encoded = isQ ? inQ(pending) : Base64.encode(pending.span)
            words.append("=?utf-8?\(isQ ? "q" : "b")?\(String(decoding: encoded, as: UTF8.self))?=")
            pending = []
            pendingLength = 0
            room = longest - overhead
        }
        func append(_ octets: some Collection<UInt8>) {
            if !fits(octets) { end() }
            pending.append(contentsOf: octets)
            pendingLength += lengthInQ(octets)
        }
        for character in text {
            let octets = Array(character.utf8)
            // The least room is 20 octets: a scalar of four octets always fits.
            if (isQ ? lengthInQ(octets) : (octets.count + 2) / 3 * 4) <= longest - overhead {
                append(octets)
            } else {
                for scalar in character.unicodeScalars { append(Array(UTF8.encode(scalar) ?? .init())) }
            }
        }
        end()
        return words
    }

    /// Whether an octet stands for itself wherever encoded words may stand (RFC 2047 §5 rule 3).
    private static func isSafe(_ octet: UInt8) -> Bool {
        octet.isAlpha || octet.isDigit || octet == UInt8(ascii: "!") || octet == UInt8(ascii: "*")
            || octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "/")
    }

    private static func lengthInQ(_ octets: some Collection<UInt8>) -> Int {
        octets.reduce(0) { $0 + (isSafe($1) || $1 == ASCII.space ? 1 : 3) }
    }

    private static func inQ(_ octets: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        for octet in octets {
            if isSafe(octet) {
                encoded.append(octet)
            } else if octet == ASCII.space {
                encoded.append(UInt8(ascii: "_"))
            } else {
                encoded.append(UInt8(ascii: "="))
                encoded.append(Hexadecimal.digits[Int(octet >> 4)])
                encoded.append(Hexadecimal.digits[Int(octet & 0x0F)])
            }
        }
        return encoded
    }
}

/// Hexadecimal digits in upper case.
enum Hexadecimal {
    static let digits: [UInt8] = Array("0123456789ABCDEF".utf8)
}
