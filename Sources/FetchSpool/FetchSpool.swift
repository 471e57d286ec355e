import Foundation
package import Moderation
import Storage

/// The one folder that the process with network and the daemon share for datasets that come over the network.
///
/// | below it | written by | holds |
/// | --- | --- | --- |
/// | `requests/ID.json` | `lethe submit` | what somebody wants to have fetched once |
/// | `jobs/`, `sources/`, `parts/` | the fetcher | its own memory, and files under way |
/// | `ready/ID/NAME`, then `ready/ID.json` | the fetcher | a whole file and what became of its transfer |
/// | `progress/NAME.json` | the fetcher | how far everything is, for people |
///
/// Each file appears whole or not at all. A dataset leaves the folder by rename, into the daemon's own.
package struct FetchSpool: Sendable, Hashable {
    /// The folder.
    package let root: String

    /// Whole files with their receipts.
    package internal(set) var ready: String

    /// Opens a spool; folders are made by `createFolders`.
    package init(root: String) {
        self.root = root
        ready = root + "/ready"
    }

    /// One-off requests.
    package var requests: String { root + "/requests" }

    /// Transfers under way, and those that wait for their next try.
    package var jobs: String { root + "/jobs" }

    /// What is known of each source since its last look.
    package var sources: String { root + "/sources" }

    /// Files that are not whole yet.
    package var parts: String { root + "/parts" }

    /// How far everything is.
    package var progress: String { root + "/progress" }

    /// Makes every folder that is not there.
    ///
    /// Requests can be put into their folder by its group without being listed; progress can be read by its group.
    package func createFolders() throws(FetchSpoolError) {
        do {
            try Folder.create(root)
            try Folder.create(requests, mode: 0o2730)
            try Folder.create(progress)
            for folder in [jobs, sources, parts, ready] { try Folder.create(folder, mode: 0o700) }
        } catch {
            throw FetchSpoolError(.writeFailed, error)
        }
    }

    /// The folder of a whole file.
    package func readyFolder(_ id: DatasetID) -> String { "\(ready)/\(id)" }

    /// A whole file.
    package func readyFile(_ receipt: FetchReceipt) -> String { "\(readyFolder(receipt.id))/\(receipt.name)" }

    /// Reads a file of the spool; `nil` if it does not exist.
    ///
    /// - Parameter limit: the most bytes it may have: far less than memory, since others write into the spool too.
    /// - Throws: `malformed-file` if it is none of the type, `read-failed` if it cannot be read.
    package func read<Value: Decodable>(
        _ type: Value.Type, at path: String, limit: Int = 1 << 20
    ) throws(FetchSpoolError) -> Value? {
        let bytes: [UInt8]
        do {
            guard let status = try FileStatus.of(path) else { return nil }
            guard status.kind == .regular else {
                throw FetchSpoolError(.malformedFile, "it is no regular file", path: path)
            }
            guard status.bytes <= limit else {
                throw FetchSpoolError(.malformedFile, "it is larger than \(limit) bytes", path: path)
            }
            // A link that somebody put there meanwhile would have another file read.
            bytes = try InputFile.contents(of: path, limit: limit, followsLinks: false)
        } catch let error as FetchSpoolError {
            throw error
        } catch let error as StorageError {
            if error.code == .notFound { return nil }
            throw FetchSpoolError(.readFailed, error)
        } catch {
            throw FetchSpoolError(.readFailed, "cannot be read", path: path)
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        guard let value = try? decoder.decode(type, from: Data(bytes)) else {
            throw FetchSpoolError(
                .malformedFile, "the file is not what belongs here", remedy: "Remove it from the spool", path: path)
        }
        return value
    }

    /// Makes a file durable.
    package func write(_ value: some Encodable, to path: String, mode: UInt32 = 0o600) throws(FetchSpoolError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .millisecondsSince1970
        guard let bytes = try? encoder.encode(value) else {
            throw FetchSpoolError(.writeFailed, "cannot encode the file", path: path)
        }
        do {
            try AtomicFile.write(bytes, to: path, mode: mode)
        } catch {
            throw FetchSpoolError(.writeFailed, error)
        }
    }

    /// The names in one of the folders that end in `.json`, without it and sorted; hidden ones are passed over.
    package func names(in folder: String) throws(FetchSpoolError) -> [String] {
        do {
            return try Folder.names(folder).filter { !$0.hasPrefix(".") && $0.hasSuffix(".json") }
                .map { String($0.dropLast(5)) }
        } catch {
            throw FetchSpoolError(.readFailed, error)
        }
    }

    /// Removes what others have put into the spool: a file, a link or an empty folder; harmless if it is not there.
    ///
    /// A folder with entries stays. It may be as deep and as closed as its owner likes, so it is never entered.
    package func discard(_ path: String) throws(FetchSpoolError) {
        guard Foundation.remove(path) != 0, errno != ENOENT else { return }
        throw FetchSpoolError(.writeFailed, "cannot remove: \(String(cString: strerror(errno)))", path: path)
    }

    /// Removes a file or folder; harmless if it is not there.
    package func remove(_ path: String) throws(FetchSpoolError) {
        do {
            try Folder.remove(path)
        } catch {
            throw FetchSpoolError(.writeFailed, error)
        }
    }
}
