import MailTransport
import Octets

/// What was found, for people and for programs.
struct DiscoverReport {
    let account: DiscoveredAccount

    init(_ account: DiscoveredAccount) {
        self.account = account
    }

    /// A line for each server in columns, and what else is to be known; every line ends with LF.
    var text: String {
        var lines = account.services.isEmpty ? ["\(account.domain) names no mail servers."] : rows(of: account.services)
        for service in MailService.allCases where account.notOffered.contains(service) {
            lines.append("\(account.domain) says that it does not offer \(service.label).")
        }
        for service in MailService.allCases {
            guard let error = account.unanswered[service] else { continue }
            lines.append("No answer on \(service.label): \(error.description)")
        }
        // What servers of names say goes to a terminal.
        return lines.map { $0.escapedForDisplay + "\n" }.joined()
    }

    private func rows(of services: [DiscoveredService]) -> [String] {
        let cells = services.map { service in
            [
                service.service.label, "\(service.endpoint.host):\(service.endpoint.port ?? service.service.port)",
                service.endpoint.security == .tls ? "TLS" : "STARTTLS", "priority \(service.priority)",
                remark(on: service),
            ]
        }
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let padded = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: max(width - cell.count, 0))
            }
            let line = (padded + [row[4]]).joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private func remark(on service: DiscoveredService) -> String {
        if service.isGuess { return "a guess: no record names it" }
        if service.needsConfirmation { return "outside \(account.domain): to be confirmed" }
        return service.isAuthenticated ? "verified by DNSSEC" : ""
    }

    /// The same as an object.
    var json: JSONValue {
        .object([
            .init("domain", .string(account.domain)),
            .init("services", .array(account.services.map(Self.member))),
            .init(
                "notOffered",
                .array(MailService.allCases.filter(account.notOffered.contains).map { .string($0.label) })),
            .init(
                "unanswered",
                .object(
                    MailService.allCases.compactMap { service in
                        account.unanswered[service].map { .init(service.label, .string($0.description)) }
                    })),
        ])
    }

    private static func member(_ service: DiscoveredService) -> JSONValue {
        .object([
            .init("service", .string(service.service.label)), .init("host", .string(service.endpoint.host)),
            .init("port", .integer(Int(service.endpoint.port ?? service.service.port))),
            .init("security", service.endpoint.security == .tls ? "tls" : "starttls"),
            .init("priority", .integer(Int(service.priority))), .init("weight", .integer(Int(service.weight))),
            .init("isGuess", .boolean(service.isGuess)), .init("isAuthenticated", .boolean(service.isAuthenticated)),
            .init("needsConfirmation", .boolean(service.needsConfirmation)),
            .init(
                "acceptedNames", .array((service.endpoint.referenceNames?.hosts ?? []).map { .string($0) })),
        ])
    }
}
