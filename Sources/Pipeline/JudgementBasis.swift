package import ForgetFilter
import Foundation
package import Policies
package import Storage
import Synchronization

/// SHA-256 of files that are read again and again; a file is hashed anew when what lstat(2) tells of it changes.
package final class FileHashes: Sendable {
    private let known = Mutex<[String: (status: FileStatus, sha256: String)]>([:])

    /// Creates an empty memory.
    package init() {}

    /// The SHA-256 of a file, in lower-case hexadecimal.
    package func sha256(of path: String) throws(StorageError) -> String {
        let status = try FileStatus.of(path)
        if let status, let entry = known.withLock({ $0[path] }), entry.status == status { return entry.sha256 }
        let digest = try InputFile.sha256(of: path)
        if let status { known.withLock { $0[path] = (status, digest) } }
        return digest
    }
}

/// Everything beside a dataset's bytes that decides its verdict.
package enum JudgementBasis {
    /// A hash that changes when the policy, one of its sets, the model or the seed does.
    ///
    /// - Throws: `StorageError` where one of the files cannot be read.
    package static func fingerprint(
        policy: Policy, modelPath: String, hashes: FileHashes
    ) throws(StorageError) -> String {
        var parts = ["lethe-basis-2", policy.sha256]
        if let rule = policy.forgetFilter {
            parts.append("seed \(rule.settings.seed)")
            parts.append(try hashes.sha256(of: modelPath))
            for path in [
                policy.referencePath, rule.settings.readsControl ? policy.controlPath : nil,
                rule.settings.method == .heads ? policy.seedsPath : nil,
            ] {
                parts.append(try path.map { path throws(StorageError) in try hashes.sha256(of: path) } ?? "none")
            }
        }
        return Storage.sha256(of: Array(parts.joined(separator: "\n").utf8))
    }

    /// Checkpoints of one judgement in a file; a damaged one, or one of another judgement, counts as none.
    ///
    /// - Parameters:
    ///   - fingerprint: names the dataset's bytes and the basis.
    ///   - interval: seconds between two checkpoints.
    package static func checkpoints(path: String, fingerprint: String, interval: Double) -> RunCheckpoints {
        RunCheckpoints(
            interval: interval,
            load: {
                guard let bytes = try? InputFile.contents(of: path, limit: 1 << 34) else { return nil }
                return RunCheckpoint(bytes, fingerprint: fingerprint)
            },
            save: { try AtomicFile.write(try $0.encoded(fingerprint: fingerprint), to: path) })
    }
}
