// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

let package = Package(
    name: "Mailwire",
    products: [
        .library(name: "Mailwire", targets: ["Mailwire"]),
        .library(name: "SMTP", targets: ["SMTP"]),
        .library(name: "POP3", targets: ["POP3"]),
        .library(name: "IMAP4", targets: ["IMAP4"]),
        .library(name: "RFC5322", targets: ["RFC5322"]),
        .library(name: "SASL", targets: ["SASL"]),
        .library(name: "MailTransport", targets: ["MailTransport"]),
        .library(name: "Octets", targets: ["Octets"]),
        .library(name: "MailTestKit", targets: ["MailTestKit"]),
        .executable(name: "mailwire", targets: ["MailwireCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(name: "CGlibcExtras"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        room("Octets", []),
        room("SASL", ["Octets"]),
        room("RFC5322", ["Octets", "CGlibcExtras"]),
        room("MailTransport", ["Octets", "CGlibcExtras", "COpenSSL", logging]),
        room("SMTP", ["Octets", "SASL", "RFC5322", "MailTransport", logging]),
        room("POP3", ["Octets", "SASL", "MailTransport", logging]),
        room("IMAP4", ["Octets", "SASL", "RFC5322", "MailTransport", logging]),
        room(
            "MailTestKit",
            [
                "Octets", "SASL", "RFC5322", "MailTransport", "SMTP", "POP3", "IMAP4", "CGlibcExtras", "COpenSSL",
                logging,
            ]),
        room("Mailwire", ["Octets", "SASL", "RFC5322", "MailTransport", "SMTP", "POP3", "IMAP4"]),
        .executableTarget(
            name: "MailwireCLI",
            dependencies: [
                "Mailwire", "MailTestKit", "Octets", "SASL", "RFC5322", "MailTransport", "SMTP", "POP3", "IMAP4",
                "COpenSSL",
                logging, arguments,
            ], swiftSettings: strict),
        tests("OctetsTests", ["Octets"]),
        tests("SASLTests", ["SASL", "Octets"]),
        tests("RFC5322Tests", ["RFC5322", "Octets"]),
        tests("MailTransportTests", ["MailTransport", "MailTestKit", "Octets", "COpenSSL", logging]),
        tests("SMTPTests", ["SMTP", "SASL", "RFC5322", "MailTransport", "MailTestKit", "Octets", logging]),
        tests("POP3Tests", ["POP3", "SASL", "MailTransport", "MailTestKit", "Octets", logging]),
        tests("IMAP4Tests", ["IMAP4", "SASL", "RFC5322", "MailTransport", "MailTestKit", "Octets", logging]),
        tests("MailwireCLITests", ["MailwireCLI", "MailTestKit", "RFC5322", arguments]),
        tests("MailTestKitTests", ["MailTestKit", "Octets", "COpenSSL"]),
        tests("ConformanceTests", ["MailTestKit", "SMTP", "POP3", "IMAP4", "SASL", "MailTransport", "Octets"]),
        tests("ArchitectureTests", []),
        tests(
            "InteropTests", path: "Tests/Interop",
            ["Mailwire", "Octets", "SASL", "RFC5322", "MailTransport", "SMTP", "POP3", "IMAP4", logging]),
    ],
    swiftLanguageModes: [.v6]
)
