// swift-tools-version: 6.3
import PackageDescription

// Sessions of the three clients under system calls that fail. Beside the main package, so that its build stays small.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "TortureTest",
    products: [
        // Preloaded with LD_PRELOAD, so it must be a file of its own.
        .library(name: "FaultShim", type: .dynamic, targets: ["FaultShim"])
    ],
    dependencies: [.package(name: "Mailwire", path: "../..")],
    targets: [
        .target(name: "FaultShim", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        .target(
            name: "CTorture", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [.linkedLibrary("crypto")]),
        .executableTarget(
            name: "Torture",
            dependencies: [
                "CTorture",
                .product(name: "Octets", package: "Mailwire"),
                .product(name: "SASL", package: "Mailwire"),
                .product(name: "MailTransport", package: "Mailwire"),
                .product(name: "SMTP", package: "Mailwire"),
                .product(name: "POP3", package: "Mailwire"),
                .product(name: "IMAP4", package: "Mailwire"),
                .product(name: "MailTestKit", package: "Mailwire"),
            ], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
