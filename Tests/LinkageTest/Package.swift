// swift-tools-version: 6.3
import PackageDescription

// A program of a user's, to see what it links when it uses Mailwire.
let package = Package(
    name: "LinkageTest",
    dependencies: [.package(name: "Mailwire", path: "../..")],
    targets: [
        .executableTarget(name: "Consumer", dependencies: [.product(name: "Mailwire", package: "Mailwire")])
    ],
    swiftLanguageModes: [.v6]
)
