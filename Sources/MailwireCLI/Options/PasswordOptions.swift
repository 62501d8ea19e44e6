import ArgumentParser
import Glibc
import Octets

/// Where a command takes a password from; never from the command line itself, which every user of the machine can read.
struct PasswordOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read the password from the first line of FILE.", valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("Take the password from the environment variable NAME.", valueName: "name"))
    var passwordEnvironment: String?

    func validate() throws {
        if passwordFile != nil, passwordEnvironment != nil {
            throw ValidationError("Give --password-file or --password-environment, not both.")
        }
    }

    /// The password: from the file, the environment, or a prompt on the terminal.
    func password(for user: String) throws -> Secret {
        if let passwordFile { return try FilePassword.read(passwordFile) }
        if let name = passwordEnvironment {
            // Holds: the value is copied at once; this program changes no environment.
            guard let value = unsafe getenv(name) else {
                throw ValidationError("The environment variable \(name) is not set.")
            }
            return Secret(unsafe String(cString: value))
        }
        return try PasswordPrompt.ask("Password for \(user.escapedForDisplay): ")
    }
}

/// A password in the first line of a file.
enum FilePassword {
    static func read(_ path: String) throws -> Secret {
        let line =
            try WholeFile.read(path).split(separator: ASCII.lf, maxSplits: 1, omittingEmptySubsequences: false).first
            ?? []
        return Secret(octets: Array(line.last == ASCII.cr ? line.dropLast() : line))
    }
}

/// Asks on the terminal without showing what is typed.
enum PasswordPrompt {
    static func ask(_ prompt: String) throws -> Secret {
        // Holds: getpass gives a NUL-terminated text in a static buffer, or NULL without a terminal; it is copied at once.
        guard let typed = unsafe getpass(prompt) else {
            throw ValidationError(
                "There is no terminal to ask for the password; use --password-file or --password-environment.")
        }
        defer { unsafe explicit_bzero(typed, strlen(typed)) }
        return Secret(unsafe String(cString: typed))
    }
}
