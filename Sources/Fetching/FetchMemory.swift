import FetchSpool
import Foundation
import HTTPTransfer
import Intake
import Moderation
import Storage

/// What the fetcher knows of transfers and sources, each change of it on the disk at once.
final class FetchMemory {
    /// What the state of a source with the most objects fits into.
    static let maximumStateBytes = 16 << 20

    let spool: FetchSpool
    private(set) var jobs: [String: FetchJob] = [:]
    private(set) var states: [String: SourceState] = [:]

    /// Reads what an earlier process knew, and removes what belongs to no source any more.
    init(_ spool: FetchSpool, sources: [FetchSource], now: Date) throws(FetchSpoolError) {
        self.spool = spool
        for source in sources {
            let state = try FetchMemory.readable {
                () throws(FetchSpoolError) in
                try spool.read(SourceState.self, at: path(source.id), limit: FetchMemory.maximumStateBytes)
            }
            let fresh = SourceState(fingerprint: source.fingerprint, next: now)
            states[source.id] = state?.fingerprint == source.fingerprint ? state : fresh
        }
        for name in try spool.names(in: spool.sources) where states[name] == nil {
            try spool.remove(path(name))
            try spool.remove("\(spool.progress)/source.\(name).json")
        }
        let known = Dictionary(sources.map { ($0.id, $0) }) { $1 }
        for name in try spool.names(in: spool.jobs) {
            let path = jobPath(name)
            let job = try FetchMemory.readable { () throws(FetchSpoolError) in try spool.read(FetchJob.self, at: path) }
            // A source asks for it anew; who asked for it once must be told.
            if job == nil { try tellOfLost(name, now) }
            let isWanted =
                job?.id == name
                && (job?.source.map { source in known[source].map { job?.isOf($0) == true } ?? false } ?? true)
            if isWanted { jobs[name] = job } else { try forget(name) }
        }
        try removeStrays(now)
    }

    /// What is read; `nil` where it is not what belongs there, which will not pass.
    private static func readable<Value>(
        _ read: () throws(FetchSpoolError) -> Value?
    ) throws(FetchSpoolError) -> Value? {
        do {
            return try read()
        } catch {
            guard error.code == .malformedFile else { throw error }
            return nil
        }
    }

    /// Hands on and tells that a one-off request came to nothing, as far as its file still says whose it was.
    private func tellOfLost(_ name: String, _ now: Date) throws(FetchSpoolError) {
        struct Rest: Decodable {
            var source: String?
            var customer: String
        }
        guard let id = DatasetID(name) else { return }
        let rest = try FetchMemory.readable { () throws(FetchSpoolError) in
            try spool.read(Rest.self, at: jobPath(name))
        }
        // What became of it may have been handed on already.
        guard rest?.source == nil, access("\(spool.ready)/\(name).json", F_OK) != 0 else { return }
        let error = FetchSpoolError.Code.malformedFile.rawValue
        if let customer = rest?.customer, InboxFile.isCustomer(customer) {
            let receipt = FetchReceipt(
                id: id, source: nil, customer: customer, name: "dataset-\(name)", host: "", sha256: nil, bytes: 0,
                attempts: 0, time: now, error: error)
            try spool.finish(receipt, file: nil)
        }
        var progress = FetchProgress(
            id: name, customer: rest?.customer ?? "", host: "", state: .failed, updated: now)
        progress.error = error
        try spool.tell(progress, of: name)
    }

    /// Keeps a transfer as it is now.
    func keep(_ job: FetchJob) throws(FetchSpoolError) {
        try spool.write(job, to: jobPath(job.id))
        jobs[job.id] = job
    }

    /// Forgets a transfer and the beginning of its file.
    func forget(_ id: String) throws(FetchSpoolError) {
        try spool.removeParts(of: id)
        try spool.remove(jobPath(id))
        jobs[id] = nil
    }

    /// Keeps what is known of a source as it is now.
    func keep(_ state: SourceState, of source: String) throws(FetchSpoolError) {
        try spool.write(state, to: path(source))
        states[source] = state
    }

    private func path(_ source: String) -> String { "\(spool.sources)/\(source).json" }
    private func jobPath(_ id: String) -> String { "\(spool.jobs)/\(id).json" }

    /// Removes beginnings of files and temporary files that a process left behind when it was killed.
    private func removeStrays(_ now: Date) throws(FetchSpoolError) {
        do {
            for name in try Folder.names(spool.parts) where jobs[String(name.prefix(26))] == nil {
                try Folder.remove("\(spool.parts)/\(name)")
            }
            let old = now.timeIntervalSince1970 - 3600
            for folder in [spool.jobs, spool.sources, spool.ready, spool.progress, spool.requests] {
                for entry in try Folder.entries(folder)
                where entry.isText && entry.name.hasPrefix(".lethe-") && Double(entry.status.modifiedSeconds) < old {
                    // What a submitter has put there and cannot be removed is in nobody's way.
                    try? spool.discard("\(folder)/\(entry.name)")
                }
            }
        } catch {
            throw FetchSpoolError(.writeFailed, error)
        }
    }
}

extension FetchSpool {
    /// Removes the beginnings of a transfer's file.
    ///
    /// - Parameter path: one that stays.
    func removeParts(of id: String, except path: String? = nil) throws(FetchSpoolError) {
        let names: [String]
        do {
            names = try Folder.names(parts)
        } catch {
            throw FetchSpoolError(.readFailed, error)
        }
        for name in names where name.hasPrefix(id) && "\(parts)/\(name)" != path { try remove("\(parts)/\(name)") }
    }
}

extension FetchSource {
    /// A hash over what a source is, apart from credentials, limits and times.
    var fingerprint: String {
        let place =
            switch target {
            case .url(let url): ["url", url]
            case .objects(let store): ["objects", store.endpoint, store.bucket, store.prefix]
            }
        let fields = place + [customer, self.sha256 ?? "", format ?? ""]
        return Storage.sha256(of: Array(fields.map { "\($0.utf8.count):\($0)" }.joined().utf8))
    }

    /// The host that is told of it.
    var host: String {
        switch target {
        case .url(let url): FetchSource.host(url)
        case .objects(let store): FetchSource.host(store.endpoint)
        }
    }

    static func host(_ url: String) -> String { (try? TransferURL(url))?.host ?? "" }
}

extension FetchJob {
    /// Whether the transfer is still what a source wants.
    func isOf(_ source: FetchSource) -> Bool {
        guard customer == source.customer, sha256 == source.sha256 else { return false }
        return switch source.target {
        case .url(let url): url == self.url
        case .objects(let store): key.map { store.objectURL($0) == url } ?? false
        }
    }
}
