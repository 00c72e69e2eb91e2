// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOFoundationEssentialsCompat", package: "swift-nio"),
]
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")

/// What every service is built from. Services meet here and nowhere else.
let shared: [Target.Dependency] = ["Contracts", "Executors", "Redis", "Runtime", logging, metrics, lifecycle, tracing]

let package = Package(
    name: "dash-webtv",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "Gateway", targets: ["Gateway"]),
        .executable(name: "TokenService", targets: ["TokenService"]),
        .executable(name: "Transcoder", targets: ["Transcoder"]),
        .executable(name: "SegmentStore", targets: ["SegmentStore"]),
        .executable(name: "DemoProvider", targets: ["DemoProvider"]),
        .executable(name: "DashBench", targets: ["DashBench"]),
    ],
    dependencies: [
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1",
            traits: ["ConfigurationSupport"]),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.3"),
    ],
    targets: [
        // C libraries, each behind one small typed shim.
        .target(
            name: "CHiredis", path: "Sources/Shared/CHiredis",
            linkerSettings: [.linkedLibrary("hiredis")]),
        .target(
            name: "CCurl", path: "Sources/Shared/CCurl",
            linkerSettings: [.linkedLibrary("curl")]),
        .target(
            name: "CLibav", path: "Sources/Transcoder/CLibav",
            linkerSettings: ["avformat", "avcodec", "avfilter", "swscale", "swresample", "avutil"]
                .map { .linkedLibrary($0) }),
        .target(name: "CHeap", path: "Sources/Shared/CHeap"),
        .target(
            name: "CZlib", path: "Sources/Shared/CZlib",
            linkerSettings: [.linkedLibrary("z")]),

        // Shared ground.
        .target(
            name: "Executors",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/Shared/Executors", swiftSettings: strict),
        .target(
            name: "Redis",
            dependencies: [
                "CHiredis", "Executors", logging, metrics, lifecycle, collections, crypto,
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio,
            path: "Sources/Shared/Redis", swiftSettings: strict),
        .target(
            name: "Contracts",
            dependencies: ["Redis", "CZlib", crypto, logging, .product(name: "NIOCore", package: "swift-nio")],
            path: "Sources/Shared/Contracts", swiftSettings: strict),
        .target(
            name: "Upstream", dependencies: ["CCurl", logging, metrics],
            path: "Sources/Shared/Upstream", swiftSettings: strict),
        .target(name: "Probe", dependencies: nio, path: "Sources/Shared/Probe", swiftSettings: strict),
        .target(
            name: "Runtime",
            dependencies: [
                "Redis", "Contracts", "Executors", "Probe", hummingbird, logging, metrics, lifecycle, tracing,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + nio,
            path: "Sources/Shared/Runtime", swiftSettings: strict),

        .target(
            name: "S3", dependencies: ["Executors", "Upstream", "Runtime", crypto],
            path: "Sources/Shared/S3", swiftSettings: strict),

        // The four services.
        .executableTarget(
            name: "Gateway",
            dependencies: shared + ["S3", hummingbird, crypto, cryptoExtras, arguments, collections, "CHeap", "CZlib"]
                + nio,
            path: "Sources/Gateway", swiftSettings: strict),
        .executableTarget(
            name: "TokenService",
            dependencies: shared + ["Upstream", crypto, .product(name: "NIOCore", package: "swift-nio")],
            path: "Sources/TokenService", swiftSettings: strict),
        .target(
            name: "Media", dependencies: ["CLibav", logging],
            path: "Sources/Transcoder/Media", swiftSettings: strict),
        .target(
            name: "Live", dependencies: ["Media", "Contracts", logging],
            path: "Sources/Transcoder/Live", swiftSettings: strict),
        .target(
            name: "VOD", dependencies: ["Live", "Media", "Contracts", crypto],
            path: "Sources/Transcoder/VOD", swiftSettings: strict),
        .executableTarget(
            name: "Transcoder",
            dependencies: shared + [
                "Live", "VOD", "Media", "Upstream", "CHeap", .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources/Transcoder", exclude: ["CLibav", "Media", "Live", "VOD"], swiftSettings: strict),
        .executableTarget(
            name: "SegmentStore", dependencies: shared + ["S3", "Upstream"] + nio,
            path: "Sources/SegmentStore", swiftSettings: strict),

        // The world outside, for demos, tests and benchmarks.
        .executableTarget(
            name: "DemoProvider",
            dependencies: ["Probe", hummingbird, arguments, logging, lifecycle, "CZlib"] + nio,
            path: "Sources/DemoProvider", swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Redis", "Contracts", "Upstream", logging, lifecycle] + nio,
            path: "Tests/TestSupport", swiftSettings: strict),
        .executableTarget(
            name: "DashBench",
            dependencies: ["Contracts", "Live", "Media", "Redis", "TestSupport", arguments, logging] + nio,
            path: "Benchmarks", swiftSettings: strict),
        .testTarget(
            name: "SharedTests",
            dependencies: [
                "Executors", "Redis", "Contracts", "Upstream", "Runtime", "Probe", "S3", "TestSupport", hummingbird,
                tracing,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/SharedTests", swiftSettings: strict),
        .testTarget(
            name: "DemoProviderTests", dependencies: ["DemoProvider", "TestSupport"],
            path: "Tests/DemoProviderTests", swiftSettings: strict),
        .testTarget(
            name: "TokenServiceTests", dependencies: ["TokenService", "TestSupport", "Upstream", "Runtime"],
            path: "Tests/TokenServiceTests", swiftSettings: strict),
        .testTarget(
            name: "TranscoderTests", dependencies: ["Transcoder", "Live", "VOD", "Media", "TestSupport"],
            path: "Tests/TranscoderTests", swiftSettings: strict),
        .testTarget(
            name: "FilmEngineTests", dependencies: ["VOD", "Live", "Media", "TestSupport"],
            path: "Tests/FilmEngineTests", swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Runtime", "TestSupport", "Upstream", "S3", hummingbird,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Tests/GatewayTests", swiftSettings: strict),
        .testTarget(
            name: "SegmentStoreTests", dependencies: ["SegmentStore", "S3", "TestSupport"],
            path: "Tests/SegmentStoreTests", swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport", "Contracts", "Redis", .product(name: "NIOHTTP1", package: "swift-nio")],
            path: "Tests/EndToEndTests", swiftSettings: strict),
        .testTarget(
            name: "BrowserTests", dependencies: ["TestSupport"], path: "Tests/BrowserTests",
            exclude: ["pages", "scripts"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
