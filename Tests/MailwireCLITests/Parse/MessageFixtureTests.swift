import RFC5322
import Testing

@testable import MailwireCLI

/// Plays `Fixtures/messages`: each message beside what is to be said about it.
@Suite struct MessageFixtureTests {
    private static let folder = "Fixtures/messages"

    private static var root: String {
        // Tests/MailwireCLITests/Parse/…: four names up.
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    }

    private static func entries(_ suffix: String) throws -> [FolderWalk.Entry] {
        try FolderWalk.entries(at: "\(root)/\(folder)", suffix: suffix)
    }

    @Test func thereAreEnoughAndEachHasItsExpectation() throws {
        let messages = try Self.entries(".eml").map { $0.name.dropLast(4) }
        #expect(messages.count >= 25)
        #expect(try Self.entries(".json").map { $0.name.dropLast(5) } == messages)
        for room in ["rfc/", "malformed/", "regression/"] {
            #expect(messages.contains { $0.hasPrefix(room) }, "no fixture in \(room)")
        }
    }

    @Test(arguments: try entries(".eml").map(\.name)) func says(name: String) throws {
        let path = "\(Self.root)/\(Self.folder)/\(name)"
        let octets = try WholeFile.read(path)
        let expected = Self.compact(try WholeFile.read("\(path.dropLast(4)).json"))
        let message = Message(parsing: octets)
        let options = MessageReport.Options(
            headers: expected.contains("\"headers\":"), offsets: expected.contains("\"range\":"))
        let report = MessageReport(message, options: options)
        #expect(report.json(file: name).text == expected)
        #expect(message.octets == octets)
        #expect(!report.text(file: name).utf8.contains { $0 < 0x20 && $0 != 0x0A })
    }

    /// With LF line ends the same is said but for sizes, digests and offsets.
    @Test(arguments: try entries(".eml").map(\.name)) func saysTheSameOfLF(name: String) throws {
        let octets = try WholeFile.read("\(Self.root)/\(Self.folder)/\(name)")
        let bare = octets.indices.filter { octets[$0] != 0x0D || $0 + 1 == octets.count || octets[$0 + 1] != 0x0A }.map
        { octets[$0] }
        func outline(_ octets: [UInt8]) -> String {
            let report = MessageReport(Message(parsing: octets), options: .init())
            let parts = report.parts.map {
                "\($0.part.depth) \($0.mediaType) \($0.filename ?? "") \($0.textSHA256 ?? "")"
            }
            return "\(report.subject ?? "") \(report.from) \(report.to) \(report.defects.map(\.what)) \(parts)"
        }
        #expect(outline(bare) == outline(octets))
    }

    /// The JSON without the white space between its tokens.
    private static func compact(_ json: [UInt8]) -> String {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for octet in json {
            if isInString {
                result.append(octet)
                if isEscaped {
                    isEscaped = false
                } else if octet == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    isInString = octet != UInt8(ascii: "\"")
                }
            } else if octet > 0x20 {
                result.append(octet)
                isInString = octet == UInt8(ascii: "\"")
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
