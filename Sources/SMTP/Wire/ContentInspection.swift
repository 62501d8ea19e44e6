/// One look at a whole message before it is sent: what it needs, and whether it can be sent at all.
enum ContentInspection {
    private static let pieceSize = 65_536

    /// What `message` needs.
    ///
    /// The encoder that will send it does the looking, so that the two cannot disagree.
    /// - Throws: what would keep it from being sent under any extension.
    static func describe(_ message: [UInt8], lineEnds: LineEndPolicy) throws(ContentFault) -> ContentDescription {
        var encoder = DataEncoder(lineEnds: lineEnds, allowsEightBitBody: true, allowsEightBitHeader: true)
        var scratch: [UInt8] = []
        var start = 0
        while start < message.count {
            let end = min(start + pieceSize, message.count)
            try encoder.encode(Array(message[start..<end]), into: &scratch)
            scratch.removeAll(keepingCapacity: true)
            start = end
        }
        try encoder.finish(into: &scratch)
        return ContentDescription(
            size: UInt64(encoder.size), body: encoder.hasEightBitBody ? .eightBit : .sevenBit,
            hasInternationalizedHeader: encoder.hasEightBitHeader)
    }
}
