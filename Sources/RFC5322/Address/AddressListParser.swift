internal import Octets

/// `address-list = (address *("," address)) / obs-addr-list` (RFC 5322 §3.4, §4.4), read leniently, token by token.
///
/// The list is taken apart into addresses before anything in it is decoded: an encoded word that hides a comma, an angle
/// bracket or a line end is a name and never an address.
struct AddressListParser {
    private typealias Token = StructuredLexer.Token

    private var lexer: StructuredLexer
    private let limits: Message.Limits
    private var list: [Address] = []
    private var count = 0

    /// The group that is open: its name, and its members so far.
    private var group: (name: String, members: [Address])?
    /// The tokens before an angle bracket, of the address that is open.
    private var phrase: [Token] = []
    /// The tokens between angle brackets.
    private var angle: [Token]?
    private var isInAngle = false
    private var comments: [Token] = []

    static func parse(_ octets: [UInt8], _ range: Range<Int>, limits: Message.Limits) -> Reading<[Address]> {
        var parser = AddressListParser(lexer: StructuredLexer(octets, range, limits: limits), limits: limits)
        parser.addressList()
        return Reading(parser.list, parser.lexer.defects.all)
    }

    /// The address that `octets` are, to the last of them; nil where white space, a comment or anything else is with it.
    static func addrSpec(_ octets: [UInt8]) -> AddressSpecification? {
        var lexer = StructuredLexer(octets, 0..<octets.count, limits: Message.Limits())
        var tokens: [Token] = []
        while let token = lexer.next(), tokens.count < 1_000 {
            guard token.kind != .comment, !token.followsSpace else { return nil }
            tokens.append(token)
        }
        guard lexer.defects.all.isEmpty, tokens.last?.range.upperBound == octets.count else { return nil }
        return AddressListParser(lexer: lexer, limits: Message.Limits()).addrSpec(tokens)
    }

    private init(lexer: StructuredLexer, limits: Message.Limits) {
        self.lexer = lexer
        self.limits = limits
    }

    private mutating func addressList() {
        while let token = lexer.next(comments: &comments) {
            guard count < limits.values else {
                lexer.defects.report(.tooManyValues, at: token.range.lowerBound)
                break
            }
            if isInAngle { inAngle(token) } else { outsideAngle(token) }
        }
        if isInAngle { lexer.defects.report(.malformedAddress, at: lexer.end) }
        endAddress()
        if group != nil {
            lexer.defects.report(.malformedAddress, at: lexer.end)
            endGroup()
        }
    }

    /// `angle-addr = [CFWS] "<" addr-spec ">" [CFWS]`, with the route of `obs-angle-addr` passed over.
    private mutating func inAngle(_ token: Token) {
        let isRoute = angle?.first?.isSpecial("@") ?? false
        if token.isSpecial(">") {
            isInAngle = false
        } else if isRoute, token.isSpecial(":") {
            angle = []
        } else if token.isSpecial("<") || (token.isSpecial(",") && !isRoute) {
            lexer.defects.report(.malformedAddress, at: token.range.lowerBound)
            isInAngle = false
            endAddress()
            if token.isSpecial("<") { beginAngle() }
        } else {
            angle?.append(token)
        }
    }

    private mutating func outsideAngle(_ token: Token) {
        switch token.kind {
        case .special(UInt8(ascii: "<")):
            if angle != nil {
                lexer.defects.report(.malformedAddress, at: token.range.lowerBound)
                endAddress()
            }
            beginAngle()
        case .special(UInt8(ascii: ",")):
            endAddress()
        case .special(UInt8(ascii: ";")):
            endAddress()
            if group == nil { lexer.defects.report(.malformedAddress, at: token.range.lowerBound) }
            endGroup()
        case .special(UInt8(ascii: ":")) where group == nil && angle == nil && !phrase.isEmpty:
            group = (name(of: phrase) ?? "", [])
            phrase = []
            comments = []
        default:
            if angle != nil {
                // A word behind an angle-addr: a comma is missing, or it is noise; the address was read.
                lexer.defects.report(.malformedAddress, at: token.range.lowerBound)
                endAddress()
            }
            phrase.append(token)
        }
    }

    private mutating func beginAngle() {
        angle = []
        isInAngle = true
    }

    private mutating func endGroup() {
        guard let group else { return }
        self.group = nil
        list.append(.group(AddressGroup(readName: group.name, members: group.members)))
    }

    /// Reads the tokens of the address that is open, if there are any (`obs-addr-list` allows empty places).
    private mutating func endAddress() {
        defer {
            phrase = []
            angle = nil
            isInAngle = false
            comments = []
        }
        guard angle != nil || !phrase.isEmpty else { return }
        count += 1
        var words = phrase
        var specification = angle ?? []
        if angle == nil {
            specification = takeAddrSpec(from: &words)
            if !words.isEmpty { lexer.defects.report(.malformedAddress, at: words[0].range.lowerBound) }
        }
        let comment = words.isEmpty ? comments.last.flatMap { self.comment($0) } : nil
        let displayName = name(of: words) ?? comment
        let address: Address
        if let read = addrSpec(specification) {
            address = .mailbox(MailboxAddress(readName: displayName, address: read))
        } else {
            let start = specification.first?.range.lowerBound ?? words.first?.range.lowerBound ?? lexer.position
            lexer.defects.report(.malformedAddress, at: start)
            let end = specification.last?.range.upperBound ?? start
            let text = String(decoding: lexer.octets.span.extracting(start..<max(start, end)))
            address = .malformed(MalformedAddress(displayName: displayName?.withoutControls, text: text))
        }
        if group != nil { group?.members.append(address) } else { list.append(address) }
    }

    /// Splits off the tokens of an addr-spec that stands without angle brackets: those joined to the last `@`; all tokens
    /// where there is no `@`.
    private func takeAddrSpec(from tokens: inout [Token]) -> [Token] {
        guard let at = tokens.lastIndex(where: { $0.isSpecial("@") }) else {
            defer { tokens = [] }
            return tokens
        }
        var start = at
        while start > 0, isJoined(tokens[start - 1], tokens[start], start == at) { start -= 1 }
        // What sticks to it is no name: `a@b@c` is no address at all.
        if start > 0, !tokens[start].followsSpace { start = 0 }
        defer { tokens.removeSubrange(start...) }
        return Array(tokens[start...])
    }

    /// Whether two tokens belong to one local part.
    private func isJoined(_ left: Token, _ right: Token, _ isBeforeAt: Bool) -> Bool {
        guard left.kind == .word || left.kind == .quotedString else { return false }
        if isBeforeAt || !right.followsSpace { return true }
        let octets = lexer.octets
        return octets[left.range.upperBound - 1] == ASCII.dot || octets[right.range.lowerBound] == ASCII.dot
    }

    /// `addr-spec = local-part "@" domain`, RFC 5322 §3.4.1, with the white space and comments of §4.4 around its dots.
    private func addrSpec(_ tokens: [Token]) -> AddressSpecification? {
        guard let at = tokens.lastIndex(where: { $0.isSpecial("@") }) else { return nil }
        guard let local = joined(tokens[..<at], allowingQuotes: true),
            let domain = joined(tokens[(at + 1)...], allowingQuotes: false)
        else { return nil }
        return AddressSpecification(
            readingLocalPart: String(decoding: local, as: UTF8.self), domain: String(decoding: domain, as: UTF8.self))
    }

    /// The words of a local part or domain put together; nil where two of them have no dot between.
    private func joined(_ tokens: ArraySlice<Token>, allowingQuotes: Bool) -> [UInt8]? {
        var text: [UInt8] = []
        var endsWithDot = true
        for token in tokens {
            switch token.kind {
            case .word, .domainLiteral:
                let octets = lexer.octets[token.range]
                guard endsWithDot || !token.followsSpace || octets.first == ASCII.dot else { return nil }
                text.append(contentsOf: octets)
                endsWithDot = octets.last == ASCII.dot
            case .quotedString where allowingQuotes:
                guard endsWithDot || !token.followsSpace else { return nil }
                text.append(contentsOf: lexer.unquoted(token))
                endsWithDot = false
            default:
                return nil
            }
        }
        return text
    }

    /// `display-name = phrase`, RFC 5322 §3.2.5: encoded words are decoded, those in quoted strings too, as many write them.
    private mutating func name(of tokens: [Token]) -> String? {
        guard !tokens.isEmpty else { return nil }
        let all = lexer.octets
        var name = ""
        var index = 0
        while index < tokens.count {
            let token = tokens[index]
            if index > 0, token.followsSpace { name += " " }
            if token.kind == .quotedString {
                let octets = lexer.unquoted(token)
                name +=
                    EncodedWordDecoder.decode(
                        octets.span, offset: token.range.lowerBound, defects: &lexer.defects
                    ).trimmed
                index += 1
                continue
            }
            // Words side by side are decoded as one: white space between encoded words does not show.
            var last = index
            while last + 1 < tokens.count, tokens[last + 1].kind != .quotedString,
                lexer.octets[tokens[last].range.upperBound..<tokens[last + 1].range.lowerBound].allSatisfy(
                    \.isLinearSpace)
            {
                last += 1
            }
            let range = token.range.lowerBound..<tokens[last].range.upperBound
            name += EncodedWordDecoder.decode(
                all.span.extracting(range), offset: range.lowerBound, defects: &lexer.defects)
            index = last + 1
        }
        return name
    }

    /// What a comment says, where it serves as a name: `joe@example.org (Joe Blow)`.
    private mutating func comment(_ token: Token) -> String? {
        let octets = lexer.unquoted(token)
        return EncodedWordDecoder.decode(octets.span, offset: token.range.lowerBound, defects: &lexer.defects)
            .withoutControls
    }
}
