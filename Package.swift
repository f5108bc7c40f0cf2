// swift-tools-version: 6.2
// The map of MicroCurator: one target per boundary worth enforcing. An arrow never points back: a target names only
// targets above it (`make check` holds that).

import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The tests of one target, and what else they import.
func tests(_ target: String, _ others: Target.Dependency...) -> Target {
    .testTarget(name: "\(target)Tests", dependencies: [.byName(name: target)] + others, swiftSettings: strict)
}

let package = Package(
    name: "MicroCurator",
    products: [
        .executable(name: "microcurate", targets: ["microcurate"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // C boundaries
        .target(
            name: "CFFmpeg",
            linkerSettings: ["avformat", "avcodec", "avfilter", "swscale", "avutil"].map { .linkedLibrary($0) }),
        .target(name: "CTIFF", linkerSettings: [.linkedLibrary("tiff")]),
        .target(name: "CCompression", linkerSettings: ["z", "zstd"].map { .linkedLibrary($0) }),
        .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CFileSystem"),
        .target(name: "CCrypto"),
        // Nothing to link: the library is opened at run time, where it is there.
        .target(name: "COpenVINO"),

        // Words and pure computation
        .target(name: "Model", dependencies: ["CCrypto", yams], swiftSettings: strict),
        .target(name: "Files", dependencies: ["Model", "CFileSystem"], swiftSettings: strict),
        .target(name: "Analysis", dependencies: ["Model"], swiftSettings: strict),
        .target(name: "Captions", dependencies: ["Model"], swiftSettings: strict),
        .target(name: "Review", dependencies: ["Model"], swiftSettings: strict),
        .target(
            name: "Pages", dependencies: ["Model", "Analysis", mustache], resources: [.embedInCode("Assets")],
            swiftSettings: strict),
        .target(name: "Releases", dependencies: ["Model", "Files"], swiftSettings: strict),

        // The world: media, models, the database
        .target(
            name: "Media", dependencies: ["Model", "Files", "CFFmpeg", "CTIFF", "CCompression", "CJPEG"],
            swiftSettings: strict),
        .target(name: "Inference", dependencies: ["Model", "Files", "COpenVINO"], swiftSettings: strict),
        .target(name: "Manifest", dependencies: ["Model", "Files", grdb], swiftSettings: strict),

        // Recordings outside of any workspace: their one decode, their shots
        .target(
            name: "Shots", dependencies: ["Model", "Files", "Media", "Inference", "Analysis"], swiftSettings: strict),

        // Footage with known truth: for the tests, and for `microcurate generate`
        .target(name: "Footage", dependencies: ["Model", "Media"], swiftSettings: strict),

        // The pipeline and its command
        .target(name: "Pipeline", dependencies: ["Model", "Files", "Manifest"], swiftSettings: strict),
        .target(
            name: "ReviewDesk",
            dependencies: ["Model", "Files", "Analysis", "Captions", "Review", "Manifest", "Pipeline"],
            swiftSettings: strict),
        .target(
            name: "Stages",
            dependencies: [
                "Model", "Files", "Media", "Inference", "Analysis", "Captions", "Review", "Shots", "Manifest",
                "Pipeline",
            ],
            swiftSettings: strict),
        .target(
            name: "Actions",
            dependencies: [
                "Model", "Files", "Media", "Analysis", "Review", "Releases", "Manifest", "Pipeline", "Stages",
            ],
            swiftSettings: strict),
        .target(
            name: "ReviewServer",
            dependencies: [
                "Model", "Files", "Captions", "Review", "Pages", "Manifest", "Pipeline", "ReviewDesk", hummingbird,
                hummingbirdCore, hummingbirdTLS, nio, httpTypes, logging,
            ],
            resources: [.embedInCode("Assets")], swiftSettings: strict),
        .executableTarget(
            name: "microcurate",
            dependencies: [
                "Model", "Files", "Media", "Inference", "Analysis", "Captions", "Review", "Releases", "Manifest",
                "Pipeline",
                "Shots", "Stages", "Actions", "Pages", "ReviewDesk", "ReviewServer", "Footage", arguments,
            ],
            swiftSettings: strict),

        // The tests
        tests("Model"),
        tests("Files", "Model"),
        tests("Media", "Model", "Files", "Footage", "CFFmpeg"),
        tests("Inference", "Model", "Files", "Footage"),
        tests("Analysis", "Model"),
        tests("Shots", "Model", "Analysis"),
        tests("Captions", "Model"),
        tests("Review", "Model"),
        tests("Pages", "Model", "Analysis"),
        tests("Releases", "Model", "Files"),
        // Workspaces for a test, and rows of the manifest that no stage wrote
        .target(
            name: "ByHand", dependencies: ["Model", "Manifest", "Pipeline"], path: "Tests/ByHand", swiftSettings: strict
        ),
        tests("Manifest", "Model", "Review", "ByHand", grdb),
        .target(
            name: "ExecutorConformance", dependencies: ["Model", "Manifest", "Pipeline"],
            path: "Tests/ExecutorConformance", swiftSettings: strict),
        .executableTarget(
            name: "toy-worker", dependencies: ["Model", "Pipeline", "ExecutorConformance"], path: "Tests/ToyWorker",
            swiftSettings: strict),
        tests("Pipeline", "Model", "Manifest", "ByHand", "ExecutorConformance", "toy-worker"),
        tests("ReviewDesk", "Model", "Analysis", "Review", "Manifest", "Pipeline", "ByHand"),
        tests("Actions", "Model", "Analysis", "Releases", "Manifest", "Pipeline", "ByHand"),
        tests("Stages", "Model", "Files", "Manifest", "Pipeline", "Actions", "Footage", "ExecutorConformance"),
        tests(
            "ReviewServer", "Model", "Review", "Manifest", "Pipeline", "Stages", "Actions", "Footage", hummingbird,
            httpTypes, nio, nioHTTP1, nioPosix, nioEmbedded),
        // A toy of each kind that can be added: docs/extending.md
        .testTarget(
            name: "ExtendingTests",
            dependencies: [
                "Model", "Media", "Analysis", "Captions", "Releases", "Shots", "Manifest", "Pipeline", "Stages",
                "Actions",
                "Footage",
                "ExecutorConformance",
            ],
            swiftSettings: strict),
        // The command, from outside
        .testTarget(
            name: "CommandTests", dependencies: ["Model", "Files", "Media", "Footage"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// `make quick`: these targets' tests and what is below them. The packages stay as they are, so that both ways resolve
// to the same versions.
if Context.environment["QUICK"] != nil {
    let quick = ["Model", "Files", "Analysis", "Captions", "Review", "Releases", "ReviewDesk", "Pages"]
    var wanted = Set(quick.map { "\($0)Tests" })
    for target in package.targets.reversed() where wanted.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products = []
}
