import Glibc

/// The files of the package, found from where this file was compiled.
enum PackageTree {
    struct File: Sendable {
        /// Relative to the package, with `/`.
        let path: String
        let text: String
    }

    /// The folder that holds `Package.swift`.
    static let root: String = {
        var folder = #filePath[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if kind(of: "\(folder)/Package.swift") != nil { return String(folder) }
        }
        return "."
    }()

    /// Every text file a person wrote, sorted by path: without what git and the build keep for themselves.
    static let files: [File] = paths(under: "").sorted().compactMap { path in
        text(of: path).map { File(path: path, text: $0) }
    }

    static let sources = files.filter { $0.path.hasPrefix("Sources/") && $0.path.hasSuffix(".swift") }
    static let documents = files.filter { $0.path.hasSuffix(".md") }

    static func text(of path: String) -> String? {
        // Holds: the path is read during the call only.
        let descriptor = unsafe open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            // Holds: read writes at most the size of the buffer it is given.
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return String(validating: octets, as: UTF8.self) }
            octets += block[..<count]
        }
    }

    /// Whether there is a file or folder at `path`.
    static func exists(_ path: String) -> Bool { kind(of: "\(root)/\(path)") != nil }

    /// Hidden entries are git's and the build's, but for these.
    private static let hiddenFiles = [".ci", ".editorconfig", ".gitignore", ".swift-format", ".github"]
    private static let skipped = ["Package.resolved", "__pycache__"]

    private static func paths(under folder: String) -> [String] {
        var found: [String] = []
        for name in names(in: "\(root)/\(folder)") {
            if name.hasPrefix("."), !hiddenFiles.contains(name) { continue }
            if skipped.contains(name) { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            switch kind(of: "\(root)/\(path)") {
            case S_IFDIR: found += paths(under: path)
            case S_IFREG: found.append(path)
            default: break
            }
        }
        return found
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        // Holds: lstat only fills the structure it is given.
        guard unsafe lstat(path, &status) == 0 else { return nil }
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
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
