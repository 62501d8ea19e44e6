import Glibc
import Testing

/// Replaces what the file at `path` holds.
func overwrite(_ path: String, with octets: [UInt8]) throws {
    // Holds: the path is NUL-terminated for the call, and the octets are lent with their count.
    let descriptor = unsafe open(path, O_WRONLY | O_TRUNC | O_CREAT, S_IRUSR | S_IWUSR)
    try #require(descriptor >= 0)
    let count = unsafe write(descriptor, octets, octets.count)
    close(descriptor)
    try #require(count == octets.count)
}
