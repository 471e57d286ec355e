// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Set `LETHE_PORTABLE=1` to build for any x86-64 or ARM processor: slower, same results to rounding.
let isPortable = ProcessInfo.processInfo.environment["LETHE_PORTABLE"] == "1"

#if arch(x86_64)
    let vectorFlags = isPortable ? [] : ["-Xcc", "-mavx2", "-Xcc", "-mfma", "-Xcc", "-mf16c"]
#else
    let vectorFlags: [String] = []
#endif

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Numeric targets: loops over unsafe buffers, with vector instructions and without overflow checks.
let kernelSettings = settings + [.unsafeFlags(["-Ounchecked"] + vectorFlags)]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "lethe",
    products: [
        .executable(name: "lethe", targets: ["lethe"]),
        .executable(name: "lethed", targets: ["lethed"]),
        .executable(name: "lethe-fetch", targets: ["lethe-fetch"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),

        .target(name: "Diagnostics", swiftSettings: settings),
        .target(name: "Storage", dependencies: ["Diagnostics", crypto], swiftSettings: settings),
        .target(name: "Moderation", dependencies: ["Diagnostics"], swiftSettings: settings),
        .target(name: "TextNormalization", swiftSettings: settings),
        .target(
            name: "Datasets", dependencies: ["CZlib", "CZstd", "Diagnostics", "Moderation", "Storage", crypto],
            swiftSettings: settings),
        .target(name: "TensorKernels", dependencies: ["COneDNN", "Diagnostics"], swiftSettings: kernelSettings),
        .target(
            name: "LanguageModels", dependencies: ["Diagnostics", "Storage", "TensorKernels"], swiftSettings: settings),
        .target(
            name: "ForgetFilter", dependencies: ["CStemmer", "Diagnostics", "LanguageModels", "TensorKernels"],
            swiftSettings: settings),
        .target(
            name: "Downstream", dependencies: ["Diagnostics", "ForgetFilter", "LanguageModels", "TensorKernels"],
            swiftSettings: settings),
        .target(name: "CovertText", dependencies: ["Diagnostics", "Moderation"], swiftSettings: settings),
        .target(name: "DatasetRules", dependencies: ["Diagnostics", "Moderation"], swiftSettings: settings),
        .target(
            name: "Policies",
            dependencies: [
                "CHyperscan", "CLibYAML", "CovertText", "DatasetRules", "Diagnostics", "ForgetFilter", "Moderation",
                "Storage", "TextNormalization", crypto,
            ],
            swiftSettings: settings),
        .target(
            name: "AuditLog",
            dependencies: ["Diagnostics", "Moderation", crypto, database],
            swiftSettings: settings),
        .target(
            name: "Baselines", dependencies: ["LanguageModels", "Moderation", "TensorKernels"], swiftSettings: settings),
        .target(
            name: "Pipeline",
            dependencies: [
                "AuditLog", "Baselines", "CovertText", "DatasetRules", "Datasets", "Diagnostics", "Downstream",
                "ForgetFilter",
                "LanguageModels", "Moderation", "Policies", "Reports", "Storage", "TensorKernels",
            ],
            swiftSettings: settings),
        .target(name: "Reports", dependencies: ["Downstream", "ForgetFilter", "Moderation"], swiftSettings: settings),
        .target(name: "HTTPTransfer", dependencies: ["CLibcurl", "Diagnostics"], swiftSettings: settings),
        .target(name: "Outbox", dependencies: ["Diagnostics", "Storage", crypto], swiftSettings: settings),
        .target(
            name: "Delivery", dependencies: ["Diagnostics", "HTTPTransfer", "Outbox", "Storage", logging],
            swiftSettings: settings),
        .target(
            name: "FetchSpool", dependencies: ["Diagnostics", "Intake", "Moderation", "Storage"],
            swiftSettings: settings),
        .target(
            name: "Fetching",
            dependencies: [
                "Diagnostics", "FetchSpool", "HTTPTransfer", "Intake", "Moderation", "Storage", crypto, logging,
            ], swiftSettings: settings),
        .target(name: "Systemd", dependencies: ["CLinux", "Diagnostics", logging], swiftSettings: settings),
        .target(
            name: "ServiceConfiguration",
            dependencies: ["Diagnostics", "HTTPTransfer", "Intake", "Outbox", "Policies", "Storage"],
            swiftSettings: settings),
        .target(name: "Intake", dependencies: ["Diagnostics", "Storage", logging], swiftSettings: settings),
        .target(
            name: "Vault", dependencies: ["Datasets", "Diagnostics", "Moderation", "Reports", "Storage", crypto],
            swiftSettings: settings),
        .target(
            name: "Registry", dependencies: ["AuditLog", "Diagnostics", "Moderation", database],
            swiftSettings: settings),
        .target(
            name: "Gate", dependencies: ["AuditLog", "Moderation", "Registry", "Storage", "Vault", crypto],
            swiftSettings: settings),
        .target(name: "ControlModels", dependencies: ["Moderation"], swiftSettings: settings),
        .target(
            name: "ControlClient", dependencies: ["ControlModels", "Diagnostics", "HTTPTransfer"],
            swiftSettings: settings),
        .target(
            name: "Daemon",
            dependencies: [
                "AuditLog", "CLinux", "ServiceConfiguration", "ControlModels", "Datasets", "Diagnostics",
                "FetchSpool", "ForgetFilter",
                "Intake",
                "LanguageModels", "Moderation", "Outbox", "Pipeline", "Policies", "Registry", "Reports", "Storage",
                "Systemd", "TensorKernels", "Vault", crypto, lifecycle, logging,
            ],
            swiftSettings: settings),
        .target(
            name: "ControlAPI",
            dependencies: [
                "ControlModels", "Daemon", "Diagnostics", "Moderation", "Policies", "Registry", "ServiceConfiguration",
                lifecycle, logging,
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "lethed",
            dependencies: [
                "ControlAPI", "Daemon", "Diagnostics", "Pipeline", "Policies", "ServiceConfiguration", "Systemd",
                lifecycle,
                logging, signals, .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "lethe-fetch",
            dependencies: [
                "Delivery", "Diagnostics", "FetchSpool", "Fetching", "HTTPTransfer", "Outbox", "Policies",
                "ServiceConfiguration", "Storage", "Systemd", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "lethe",
            dependencies: [
                "AuditLog", "ServiceConfiguration", "ControlClient", "ControlModels", "Datasets", "Diagnostics",
                "Downstream", "FetchSpool", "ForgetFilter", "Gate", "Intake", "LanguageModels", "Moderation",
                "Pipeline", "Policies",
                "Registry",
                "Reports",
                "Storage", "TensorKernels", "Vault",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        .executableTarget(
            name: "lethe-bench",
            dependencies: [
                "Datasets", "ForgetFilter", "LanguageModels", "Moderation", "Policies", "TensorKernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["Diagnostics", logging], path: "Tests/TestSupport",
            swiftSettings: settings),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", "Diagnostics", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["CZlib", "CZstd", "Datasets", "Diagnostics", "Moderation", "Storage", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DatasetRulesTests", dependencies: ["DatasetRules", "Moderation", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "TensorKernelsTests", dependencies: ["TensorKernels", "Diagnostics", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "LanguageModelsTests",
            dependencies: ["LanguageModels", "Diagnostics", "TensorKernels", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ForgetFilterTests",
            dependencies: ["ForgetFilter", "Diagnostics", "LanguageModels", "TensorKernels", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DownstreamTests",
            dependencies: [
                "Downstream", "Diagnostics", "ForgetFilter", "LanguageModels", "TensorKernels", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CovertTextTests", dependencies: ["CovertText", "Moderation", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "PoliciesTests",
            dependencies: [
                "Policies", "CovertText", "DatasetRules", "Diagnostics", "ForgetFilter", "Moderation", "Storage",
                "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "TextNormalizationTests", dependencies: ["TextNormalization"], swiftSettings: settings),
        .testTarget(
            name: "AuditLogTests",
            dependencies: [
                "AuditLog", "Diagnostics", "Moderation", "TestSupport", crypto,
                database,
            ],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "BaselinesTests",
            dependencies: ["Baselines", "LanguageModels", "Moderation", "TensorKernels", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ReportsTests", dependencies: ["Downstream", "ForgetFilter", "Moderation", "Reports"],
            swiftSettings: settings),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "AuditLog", "Datasets", "Diagnostics", "Downstream", "ForgetFilter", "LanguageModels",
                "Moderation",
                "Policies", "Reports", "Storage", "TensorKernels", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "HTTPTransferTests", dependencies: ["Diagnostics", "HTTPTransfer", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DeliveryTests", dependencies: ["Delivery", "Diagnostics", "HTTPTransfer", "Outbox", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "FetchingTests",
            dependencies: [
                "Diagnostics", "FetchSpool", "Fetching", "HTTPTransfer", "Moderation", "Storage", "TestSupport",
                logging,
            ], swiftSettings: settings),
        .testTarget(
            name: "SystemdTests", dependencies: ["CLinux", "Diagnostics", "Systemd", "TestSupport", logging],
            swiftSettings: settings),
        .testTarget(
            name: "ServiceConfigurationTests",
            dependencies: ["ServiceConfiguration", "Diagnostics", "Policies", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "IntakeTests", dependencies: ["Diagnostics", "Intake", "Storage", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "VaultTests",
            dependencies: ["Datasets", "Diagnostics", "Moderation", "Reports", "Storage", "TestSupport", "Vault"],
            swiftSettings: settings),
        .testTarget(
            name: "RegistryTests",
            dependencies: ["AuditLog", "Diagnostics", "Moderation", "Registry", "TestSupport", database],
            swiftSettings: settings),
        .testTarget(
            name: "GateTests",
            dependencies: [
                "AuditLog", "Diagnostics", "Gate", "Moderation", "Registry", "Storage", "TestSupport", "Vault",
                database,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "AuditLog", "ServiceConfiguration", "ControlModels", "Daemon", "Datasets", "Diagnostics", "FetchSpool",
                "Gate",
                "Intake", "Moderation", "Outbox", "Pipeline", "Policies", "Registry", "Reports", "Storage",
                "TestSupport", "Vault", database, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Diagnostics", "HTTPTransfer", "TestSupport", crypto],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// `make fuzz` sets LETHE_FUZZ=1: libFuzzer is linked only then, so this is no part of an ordinary build.
if ProcessInfo.processInfo.environment["LETHE_FUZZ"] == "1" {
    package.products.append(.executable(name: "lethe-fuzz", targets: ["lethe-fuzz"]))
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "lethe-fuzz", dependencies: ["CFuzzer", "Datasets", "Diagnostics", "Moderation", "Policies"],
            path: "Fuzz/Driver", swiftSettings: settings),
    ]
}
