import COpenSSL
import Glibc

/// Points in time as certificates have them.
enum CertificateTime {
    /// Seconds since 1970-01-01 00:00 UTC; nil where the time cannot be read.
    @unsafe static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        // Without this check OpenSSL reads the present out of nothing.
        guard let time = unsafe time else { return nil }
        var parts = unsafe tm()
        // Holds: `parts` is a local that outlives the calls.
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Int64(unsafe timegm(&parts))
    }

    /// Now, by the wall clock: certificates know no other.
    static var now: Int64 { Int64(time(nil)) }
}
