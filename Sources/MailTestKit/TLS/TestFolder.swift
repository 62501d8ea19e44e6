internal import Glibc

/// A folder of files for what takes nothing else, such as trusted certificates by their hashes; removed with this object.
public final class TestFolder: Sendable {
    /// Its path.
    public let path: String
    private let names: [String]

    /// A folder with these files.
    ///
    /// - Parameter files: content by name.
    /// - Throws: what the system would not do.
    public init(_ files: [String: [UInt8]]) throws(TestTLSError) {
        var template = Array("/tmp/mailwire-XXXXXX".utf8CString)
        // Holds: mkdtemp changes the X's in place, the array ends with NUL.
        guard unsafe mkdtemp(&template) != nil else { throw TestTLSError("make a folder (errno \(errno))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        names = Array(files.keys)
        for (name, content) in files {
            // Holds: the stream is used and closed here; the octets are lent for the call.
            guard let stream = unsafe fopen("\(path)/\(name)", "we") else {
                throw TestTLSError("make a file (errno \(errno))")
            }
            let written = unsafe fwrite(content, 1, content.count, stream)
            guard unsafe fclose(stream) == 0, written == content.count else {
                throw TestTLSError("write a file (errno \(errno))")
            }
        }
    }

    /// A folder where OpenSSL finds these certificates by their subjects' hashes.
    public convenience init(trusting authorities: [TestCertificateAuthority]) throws(TestTLSError) {
        var files: [String: [UInt8]] = [:]
        for authority in authorities {
            let certificate = authority.certificate
            var number = 0
            while files["\(certificate.subjectHash).\(number)"] != nil { number += 1 }
            files["\(certificate.subjectHash).\(number)"] = Array(certificate.pem.utf8)
        }
        try self.init(files)
    }

    deinit {
        // Holds: the texts are NUL-terminated for the calls.
        for name in names { unsafe unlink("\(path)/\(name)") }
        unsafe rmdir(path)
    }
}
