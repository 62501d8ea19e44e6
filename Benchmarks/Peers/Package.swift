// swift-tools-version: 6.3
import PackageDescription

// Clients that others made, to be measured beside ours. A package of its own, so that the benchmarks build without them.
let package = Package(
    name: "Peers",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
    ],
    targets: [
        .target(name: "CMeasuring"),
        .executableTarget(
            name: "nio-client",
            dependencies: [
                "CMeasuring",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], path: "Sources/NIOClient"),
    ]
)
