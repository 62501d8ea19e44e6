import Octets
import RFC5322

extension MessageReport {
    /// The report for people, with what the message could do to their terminal escaped.
    ///
    /// - Parameter file: the path as given or walked.
    func text(file: String) -> String {
        var lines = [file.escapedForDisplay]
        if options.headers {
            lines += message.header.map { "  \($0.name.rawName): \($0.text)".escapedForDisplay }
        } else {
            add("From", from, to: &lines)
            add("To", to, to: &lines)
            add("Cc", cc, to: &lines)
            if let subject { lines.append("  Subject: \(subject)".escapedForDisplay) }
            if let date { lines.append("  Date: \(date.utcDescription)") }
            if let messageID { lines.append("  Message-ID: \(messageID)".escapedForDisplay) }
        }
        for report in parts { lines.append(line(report)) }
        for defect in defects { lines.append("  ! \(defect)".escapedForDisplay) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func add(_ name: String, _ correspondents: [Correspondent], to lines: inout [String]) {
        guard !correspondents.isEmpty else { return }
        let list = correspondents.map { one in one.name.map { "\($0) <\(one.address)>" } ?? one.address }
        lines.append("  \(name): \(list.joined(separator: ", "))".escapedForDisplay)
    }

    private func line(_ report: PartReport) -> String {
        var line = String(repeating: "  ", count: report.part.depth) + "- \(report.mediaType)"
        if let filename = report.filename { line += " \"\(filename)\"" }
        if !report.isContainer {
            if report.mediaType.type == "text", let charset = report.part.contentType.charset { line += ", \(charset)" }
            line += ", \(report.part.transferEncoding), \(report.size) octets"
        }
        if let subject = report.enclosed?.subject { line += ", encloses \"\(subject)\"" }
        if options.offsets {
            let range = report.part.range
            line += " [\(range.lowerBound) \(report.part.bodyRange.lowerBound) \(range.upperBound)]"
        }
        return line.escapedForDisplay
    }
}
