import RFC5322

extension MessageReport {
    /// The object that programs get.
    ///
    /// - Parameter file: the path as given or walked.
    func json(file: String) -> JSONValue {
        var inner: [Defect] = []
        let tree = tree(enclosedDefects: &inner)
        var members: [JSONValue.Member] = [
            .init("file", .string(file)),
            .init("subject", JSONValue(subject)),
            .init("from", Self.json(from)),
            .init("to", Self.json(to)),
            .init("cc", Self.json(cc)),
            .init("date", JSONValue(date?.utcDescription)),
            .init("message_id", JSONValue(messageID?.value)),
            .init("tree", tree),
            .init("defects", .array((defects + inner).map(Self.json))),
        ]
        if options.headers {
            let fields = message.header.map { field in
                JSONValue.array([.string(field.name.rawName), .string(field.rawValue), .string(field.text)])
            }
            members.append(.init("headers", .array(fields)))
        }
        return .object(members)
    }

    /// The tree of parts, built from the last part to the first, so that each finds its own parts ready.
    private func tree(enclosedDefects: inout [Defect]) -> JSONValue {
        var nodes = [JSONValue](repeating: .null, count: parts.count)
        var children = [[Int]](repeating: [], count: parts.count)
        var stack: [Int] = []
        for (number, report) in parts.enumerated() {
            stack.removeLast(stack.count - (report.part.depth - 1))
            if let parent = stack.last { children[parent].append(number) }
            stack.append(number)
        }
        for number in parts.indices.reversed() {
            var under = children[number].map { nodes[$0] }
            if let enclosed = parts[number].enclosed {
                // As deep as the limit allows at most: each enclosed message is read with what is left of it.
                let report = MessageReport(enclosed, options: options)
                var inner = report.defects
                under = [report.tree(enclosedDefects: &inner)]
                enclosedDefects += inner.map { Defect($0.kind, at: parts[number].part.bodyRange.lowerBound) }
            }
            nodes[number] = node(parts[number], under)
        }
        return nodes.first ?? .null
    }

    private func node(_ report: PartReport, _ children: [JSONValue]) -> JSONValue {
        var members: [JSONValue.Member] = [.init("type", .string("\(report.mediaType)"))]
        if report.isContainer {
            members.append(.init("parts", .array(children)))
        } else {
            members.append(.init("filename", JSONValue(report.filename)))
            members.append(.init("size", .integer(report.size)))
            members.append(.init("sha256", .string(report.sha256)))
            if let digest = report.textSHA256 { members.append(.init("text_sha256", .string(digest))) }
        }
        if options.offsets {
            let range = report.part.range
            let bodyStart = report.part.bodyRange.lowerBound
            members.append(
                .init("range", [.integer(range.lowerBound), .integer(bodyStart), .integer(range.upperBound)]))
        }
        return .object(members)
    }

    private static func json(_ correspondents: [Correspondent]) -> JSONValue {
        .array(correspondents.map { .array([JSONValue($0.name), .string($0.address)]) })
    }

    private static func json(_ defect: Defect) -> JSONValue {
        .object([
            .init("what", .string(defect.what)), .init("rule", .string(defect.rule)),
            .init("offset", .integer(defect.offset)),
        ])
    }
}
