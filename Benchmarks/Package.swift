// swift-tools-version: 6.3
import PackageDescription

// The figures of the library, and what they are held to: Docs/Performance.md. A package of its own, so that nobody who uses
// Mailwire resolves what only measuring needs.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
let strictC: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]
let openSSL: [LinkerSetting] = [.linkedLibrary("ssl"), .linkedLibrary("crypto")]

let mailTransport: Target.Dependency = .product(name: "MailTransport", package: "Mailwire")
let octets: Target.Dependency = .product(name: "Octets", package: "Mailwire")

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "Mailwire", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        // Without its traits: allocations are counted by CMeasuring.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
    ],
    targets: [
        .target(name: "CMeasuring", cSettings: strictC),
        // The other end of every connection, the same for whoever is measured.
        .executableTarget(
            name: "peer", dependencies: ["CMeasuring"], path: "Sources/Peer", cSettings: strictC,
            linkerSettings: openSSL),
        // The least that the kernel and OpenSSL allow.
        .executableTarget(
            name: "floor", dependencies: ["CMeasuring"], path: "Sources/Floor", cSettings: strictC,
            linkerSettings: openSSL),
        .executableTarget(
            name: "transport", dependencies: ["CMeasuring", mailTransport, octets], path: "Sources/Transport",
            swiftSettings: strict),
        .executableTarget(
            name: "bench",
            dependencies: ["CMeasuring", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/Bench", swiftSettings: strict),
        // The small operations. ordo-one/benchmark looks for its targets in a folder of this name.
        .executableTarget(
            name: "Small",
            dependencies: ["CMeasuring", mailTransport, octets, .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Small", swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ],
    swiftLanguageModes: [.v6]
)
