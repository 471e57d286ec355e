package import ForgetFilter
import Foundation
import Storage

/// Keeps features of known rows in files; each begins with the SHA-256 of what follows.
package enum FeatureFolder {
    /// `XDG_CACHE_HOME/lethe/features`, else `~/.cache/lethe/features`.
    package static func path(environment: [String: String]) -> String {
        let caches =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache"
        return caches + "/lethe/features"
    }

    /// A cache in a folder, which is made when it is first written to.
    ///
    /// A file that is damaged or cannot be written counts as none: the features are computed anew.
    package static func cache(_ folder: String) -> FeatureCache {
        FeatureCache(
            load: { name in
                guard let bytes = try? InputFile.contents(of: "\(folder)/\(name)", limit: 1 << 32),
                    bytes.count > digestLength
                else { return nil }
                let content = Array(bytes[digestLength...])
                return Array(sha256(of: content).utf8) == Array(bytes[..<digestLength]) ? content : nil
            },
            save: { name, content in
                try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try? AtomicFile.write(Array(sha256(of: content).utf8) + content, to: "\(folder)/\(name)")
            })
    }

    /// Characters of a SHA-256 in hexadecimal.
    private static let digestLength = 64
}
