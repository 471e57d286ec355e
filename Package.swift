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
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "lethe",
    products: [.executable(name: "lethe", targets: ["lethe"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
        .systemLibrary(name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),

        .target(name: "Diagnostics", swiftSettings: settings),
        .target(name: "Storage", dependencies: ["Diagnostics", crypto], swiftSettings: settings),
        .target(name: "Moderation", dependencies: ["Diagnostics"], swiftSettings: settings),
        .target(
            name: "Datasets", dependencies: ["Diagnostics", "Moderation", "Storage", crypto], swiftSettings: settings),
        .target(name: "TensorKernels", dependencies: ["COneDNN", "Diagnostics"], swiftSettings: kernelSettings),
        .target(
            name: "LanguageModels", dependencies: ["Diagnostics", "Storage", "TensorKernels"], swiftSettings: settings),
        .target(
            name: "ForgetFilter", dependencies: ["CStemmer", "Diagnostics", "LanguageModels", "TensorKernels"],
            swiftSettings: settings),
        .target(
            name: "Policies",
            dependencies: ["CHyperscan", "CLibYAML", "Diagnostics", "ForgetFilter", "Moderation", "Storage", crypto],
            swiftSettings: settings),
        .target(
            name: "AuditLog",
            dependencies: ["Diagnostics", "Moderation", crypto, .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .target(
            name: "Pipeline",
            dependencies: [
                "AuditLog", "Datasets", "Diagnostics", "ForgetFilter", "LanguageModels", "Moderation", "Policies",
                "Reports", "Storage", "TensorKernels",
            ],
            swiftSettings: settings),
        .target(name: "Reports", dependencies: ["ForgetFilter", "Moderation"], swiftSettings: settings),
        .executableTarget(
            name: "lethe",
            dependencies: [
                "AuditLog", "Datasets", "Diagnostics", "ForgetFilter", "LanguageModels", "Moderation", "Pipeline",
                "Policies", "Reports", "Storage", "TensorKernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        .target(name: "TestSupport", dependencies: ["Diagnostics"], path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", "Diagnostics", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Datasets", "Diagnostics", "Moderation", "Storage", "TestSupport"],
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
            name: "PoliciesTests",
            dependencies: ["Policies", "Diagnostics", "ForgetFilter", "Moderation", "Storage", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "AuditLogTests",
            dependencies: [
                "AuditLog", "Diagnostics", "Moderation", "TestSupport", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "AuditLog", "Datasets", "Diagnostics", "ForgetFilter", "LanguageModels", "Moderation",
                "Policies", "Reports", "Storage", "TensorKernels", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Diagnostics", "TestSupport"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
