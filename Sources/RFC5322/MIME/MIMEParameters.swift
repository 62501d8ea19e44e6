internal import Octets

/// The parameters of a field, names in lower case, values decoded by RFC 2231 and, where senders did so, by RFC 2047.
public struct MIMEParameters: Sendable, Hashable, RandomAccessCollection {
    /// One parameter.
    public struct Parameter: Sendable, Hashable {
        /// The name in lower case, without the section number and `*` of RFC 2231.
        public let name: String
        /// The value as text.
        public let value: String
        /// The octets of the value, before a charset was applied.
        let octets: [UInt8]
    }

    let list: [Parameter]

    /// 0.
    public var startIndex: Int { 0 }

    /// The number of parameters.
    public var endIndex: Int { list.count }

    /// The parameter at `position`, counted from 0, in the order they stand.
    public subscript(position: Int) -> Parameter { list[position] }

    /// The value of the parameter named `name`, case aside; nil where there is none.
    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return list.first { $0.name == name }?.value
    }

    /// The octets of the parameter named `name`, in lower case.
    func octets(of name: String) -> [UInt8]? {
        list.first { $0.name == name }?.octets
    }
}
