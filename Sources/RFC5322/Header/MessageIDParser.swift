internal import Octets

/// `1*msg-id` (RFC 5322 §3.6.4), with the phrases and comments that older fields have between (§4.5.4).
enum MessageIDParser {
    static func parse(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) -> Reading<[MessageID]> {
        // What lies behind the field is not searched.
        let span = octets.span.extracting(..<range.upperBound)
        var defects = DefectList(limit: limits.defects)
        var found: [MessageID] = []
        var position = range.lowerBound
        while let open = span.firstOffset(of: UInt8(ascii: "<"), from: position) {
            let close = span.firstOffset(of: UInt8(ascii: ">"), from: open)
            guard let close else {
                defects.report(.malformedMessageID, at: open)
                position = range.upperBound
                break
            }
            guard found.count < limits.values else {
                defects.report(.tooManyValues, at: open)
                break
            }
            position = close + 1
            // A fold within an identifier is no part of it.
            let text = octets[(open + 1)..<close].filter { !$0.isLinearSpace }
            if let id = MessageID(reading: String(decoding: text, as: UTF8.self)) {
                found.append(id)
                if !text.contains(UInt8(ascii: "@")) { defects.report(.malformedMessageID, at: open) }
            } else {
                defects.report(.malformedMessageID, at: open)
            }
        }
        // Angle brackets are often missing: the first word is the identifier then.
        guard found.isEmpty, position == range.lowerBound else { return Reading(found, defects.all) }
        var lexer = StructuredLexer(octets, range, limits: limits)
        var comments: [StructuredLexer.Token] = []
        guard let first = lexer.next(comments: &comments) else { return Reading([], defects.all) }
        var end = first.range.upperBound
        while let token = lexer.next(), !token.followsSpace, token.kind != .comment { end = token.range.upperBound }
        defects.report(.malformedMessageID, at: first.range.lowerBound)
        let text = String(decoding: span.extracting(first.range.lowerBound..<end))
        return Reading(MessageID(reading: text).map { [$0] } ?? [], defects.all)
    }
}
