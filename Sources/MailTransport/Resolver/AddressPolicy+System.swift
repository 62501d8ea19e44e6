import Glibc

extension AddressPolicy {
    /// The policy of this machine: /etc/gai.conf where there is one, else the standard. Reads a small file.
    static var system: AddressPolicy {
        // Holds: the path is a NUL-terminated literal.
        let file = unsafe open("/etc/gai.conf", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return standard }
        defer { close(file) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while octets.count < maximumSize {
            // Holds: the buffer is as long as is said.
            let count = unsafe read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            octets += buffer[..<count]
        }
        return AddressPolicy(gaiConfiguration: octets)
    }

    private static var maximumSize: Int { 65_536 }
}
