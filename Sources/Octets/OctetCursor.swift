/// A place in a run of octets, moved forward by what is recognised there.
///
/// The cursor looks at bytes in place and owns nothing. Methods that recognise something move past it and say so;
/// where they do not, the cursor stays where it was. Nothing here traps on any input.
public struct OctetCursor: ~Escapable {
    /// The octets under the cursor, from first to last.
    public let octets: Span<UInt8>

    @usableFromInline var offset: Int

    /// The offset of the next octet, 0...count.
    @inlinable public var position: Int { offset }

    /// A cursor before the first of `octets`.
    @_lifetime(copy octets)
    @inlinable
    public init(_ octets: Span<UInt8>) {
        self.octets = octets
        self.offset = 0
    }

    /// Whether every octet has been passed.
    @inlinable public var isAtEnd: Bool { position >= octets.count }

    /// How many octets are left.
    @inlinable public var remaining: Int { octets.count - position }

    /// The next octet without moving, nil at the end.
    @inlinable public var peek: UInt8? { position < octets.count ? octets[position] : nil }

    /// The octet `distance` after the next one without moving, nil where there is none.
    @inlinable
    public func peek(ahead distance: Int) -> UInt8? {
        guard distance >= 0, distance < octets.count - position else { return nil }
        return octets[position + distance]
    }

    /// Takes the next octet, nil at the end.
    @inlinable
    public mutating func next() -> UInt8? {
        guard position < octets.count else { return nil }
        defer { offset += 1 }
        return octets[position]
    }

    /// Moves to `position`, an offset from the start; held within 0...count.
    @inlinable
    public mutating func move(to position: Int) {
        self.offset = min(max(position, 0), octets.count)
    }

    /// Passes `octet` if it is next.
    @inlinable
    public mutating func skip(_ octet: UInt8) -> Bool {
        guard peek == octet else { return false }
        offset += 1
        return true
    }

    /// Passes `text` if it is next, ASCII letters compared without case.
    @inlinable
    public mutating func skipIgnoringCase(_ text: StaticString) -> Bool {
        guard octets.extracting(position..<octets.count).hasPrefixIgnoringCase(text) else { return false }
        offset += text.utf8CodeUnitCount
        return true
    }

    /// Takes the longest run of octets that `belongs` accepts, possibly empty, as a range of offsets.
    @inlinable
    public mutating func takeRange(while belongs: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        var end = start
        while end < octets.count, belongs(octets[end]) { end += 1 }
        move(to: end)
        return start..<end
    }

    /// Takes the longest run of octets that `belongs` accepts, possibly empty.
    @_lifetime(copy self)
    @inlinable
    public mutating func take(while belongs: (UInt8) -> Bool) -> Span<UInt8> {
        let range = takeRange(while: belongs)
        return octets.extracting(range)
    }

    /// Takes exactly `count` octets; nil, without moving, where fewer are left.
    @_lifetime(copy self)
    @inlinable
    public mutating func take(_ count: Int) -> Span<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return octets.extracting(position..<(position + count))
    }

    /// Takes all that is left.
    @_lifetime(copy self)
    @inlinable
    public mutating func takeRest() -> Span<UInt8> {
        defer { offset = octets.count }
        return octets.extracting(position..<octets.count)
    }

    /// Takes a run of one or more DIGITs as a number.
    ///
    /// Leading zeros are allowed. Nil, without moving, where no digit is next or the number does not fit `Number`.
    @inlinable
    public mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type = Number.self) -> Number? {
        let start = position
        var value: Number = 0
        while let digit = peek, digit.isDigit {
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Number(digit &- 0x30))
            guard !overflowed, !carried else {
                offset = start
                return nil
            }
            value = sum
            offset += 1
        }
        return position == start ? nil : value
    }
}
