import Glibc
import Octets

/// Host names with characters outside ASCII (U-labels, RFC 5890 §2.3.2.1) in the form that DNS and certificates have (A-labels).
///
/// The C library uses libidn2 for this, but gives the result to nobody; this asks the same library, where it is installed.
enum InternationalizedName {
    private typealias Convert =
        @convention(c) (
            UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, Int32
        ) -> Int32

    /// `name` in A-labels; as it is where it has them already. Loads a library at first use, which blocks.
    ///
    /// - Throws: `.invalidEndpoint` for a name that IDNA 2008 does not allow, or where libidn2 is not installed.
    static func asciiForm(of name: String) throws(TransportError) -> String {
        guard !ServerName.isImmediate(name) else { return name }
        let shown = name.escapedForDisplay
        guard name.utf8.count <= 1_000, !name.utf8.contains(0), let convert = unsafe converter else {
            throw TransportError(
                .invalidEndpoint, during: "resolve",
                "\(shown) cannot be turned into A-labels without libidn2: give the host as xn--…")
        }
        var converted: UnsafeMutablePointer<CChar>?
        // Holds: the text is NUL-terminated for the call; what is given back is malloc's, and freed behind the copy.
        guard unsafe convert(name, &converted, normalizesAndKeepsDeviations) == 0, let converted = unsafe converted
        else {
            throw TransportError(.invalidEndpoint, during: "resolve", "\(shown) is no internationalized host name")
        }
        defer { unsafe free(converted) }
        return unsafe String(cString: converted)
    }

    /// Whether libidn2 is installed.
    static var isAvailable: Bool { unsafe converter != nil }

    private static let converter: Convert? = {
        // Holds: the library stays loaded, and the function has this type in all of its versions (idn2.h).
        guard let library = unsafe dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL),
            let symbol = unsafe dlsym(library, "idn2_to_ascii_8z")
        else { return nil }
        return unsafe unsafeBitCast(symbol, to: Convert.self)
    }()

    /// IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL, as the C library has it.
    private static let normalizesAndKeepsDeviations: Int32 = 1 | 8
}
