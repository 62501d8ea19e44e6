internal import Glibc

/// The few questions to the file system that loading fixtures asks.
enum FileTree {
    /// The largest file that is read, in octets.
    private static let limit = 16 << 20

    /// The nearest folder above `path` that holds an entry called `name`.
    static func folder(holding name: String, above path: String) -> String? {
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if kind(of: "\(folder)/\(name)") != nil { return String(folder) }
        }
        return nil
    }

    /// The files under `folder`, at any depth, whose name ends with `suffix`, sorted; none without such a folder.
    static func files(under folder: String, suffix: String) -> [String] {
        var found: [String] = []
        for name in names(in: folder) {
            let path = "\(folder)/\(name)"
            switch kind(of: path) {
            case S_IFDIR: found += files(under: path, suffix: suffix)
            case S_IFREG where name.hasSuffix(suffix): found.append(path)
            default: break
            }
        }
        return found.sorted()
    }

    /// The text of a file.
    static func text(of path: String) throws(FixtureError) -> String {
        // Holds: the path is read during the call only.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FixtureError("it cannot be opened (errno \(errno))") }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while octets.count <= limit {
            // Holds: read writes at most the size of the buffer it is given.
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FixtureError("it cannot be read (errno \(errno))")
            }
            if count == 0 {
                guard let text = String(validating: octets, as: UTF8.self) else {
                    throw FixtureError("it is not UTF-8")
                }
                return text
            }
            octets += block[..<count]
        }
        throw FixtureError("it is longer than \(limit) octets")
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        // Holds: stat only fills the structure it is given.
        guard unsafe stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    private static func names(in folder: String) -> [String] {
        // Holds: the stream is used here alone and closed once; an entry is read before the next one takes its place.
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
