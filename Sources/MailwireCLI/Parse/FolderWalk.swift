import ArgumentParser
import Glibc

/// The files that paths on a command line mean.
enum FolderWalk {
    /// A file to be read.
    struct Entry: Equatable {
        /// The path as given, or as walked from a folder that was given.
        var path: String
        /// The path below what was given: of a file its name.
        var name: String
    }

    /// The file at `path`, or, of a folder, the files below it whose names end in `suffix`: those of each folder in the order
    /// of their names, folders among them. Links to folders below `path` are not followed.
    ///
    /// - Throws: `ValidationError`, with the system's words, where there is nothing or it cannot be read.
    static func entries(at path: String, suffix: String) throws -> [Entry] {
        guard try isFolder(path, followsLinks: true) else {
            return [Entry(path: path, name: path.split(separator: "/").last.map { String($0) } ?? path)]
        }
        var found: [Entry] = []
        var waiting = [Entry(path: path.hasSuffix("/") ? String(path.dropLast()) : path, name: "")]
        var isRoot = true
        while let entry = waiting.popLast() {
            let isFolder = try isRoot || isFolder(entry.path, followsLinks: false)
            guard isFolder else {
                if entry.path.hasSuffix(suffix) { found.append(entry) }
                continue
            }
            isRoot = false
            for name in try names(in: entry.path.isEmpty ? "/" : entry.path).sorted(by: >) {
                waiting.append(
                    Entry(path: "\(entry.path)/\(name)", name: entry.name.isEmpty ? name : "\(entry.name)/\(name)"))
            }
        }
        return found
    }

    private static func isFolder(_ path: String, followsLinks: Bool) throws -> Bool {
        var status = stat()
        // Holds: the path is NUL-terminated for the call, and the status is written as a whole.
        let result = unsafe followsLinks ? stat(path, &status) : lstat(path, &status)
        guard result == 0 else { throw failure(path) }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(in folder: String) throws -> [String] {
        // Holds: the path is NUL-terminated for the call; the stream is closed once.
        guard let stream = unsafe opendir(folder) else { throw failure(folder) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // Holds: an entry lives until the next call, and its name is copied before that.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func failure(_ path: String) -> ValidationError {
        let code = errno
        // Holds: strerror's text is copied at once, on the only thread that asks.
        return ValidationError("\(path): \(unsafe String(cString: strerror(code)))")
    }
}
