import FetchSpool
import Foundation
import Storage

extension Fetcher {
    /// How long what became of a one-off request is told, in seconds.
    static let toldFor: TimeInterval = 86_400

    /// Tells how far a transfer is.
    func tell(_ job: FetchJob, _ state: FetchProgress.State) throws(FetchSpoolError) {
        try spool.tell(Fetcher.progress(of: job, state, clock()), of: job.id)
    }

    static func progress(of job: FetchJob, _ state: FetchProgress.State, _ now: Date) -> FetchProgress {
        var progress = FetchProgress(
            id: job.id, source: job.source, customer: job.customer, host: FetchSource.host(job.url), state: state,
            updated: now)
        progress.bytes = job.ending?.bytes ?? job.partBytes
        progress.total = job.total
        progress.attempts = job.failures
        progress.next = state == .waiting ? job.next : nil
        progress.error = state == .fetched ? nil : job.ending?.error ?? job.error
        progress.sha256 = job.ending?.sha256
        return progress
    }

    /// Tells what is known of a source.
    func tell(_ source: FetchSource, _ state: SourceState) throws(FetchSpoolError) {
        var progress = FetchProgress(
            id: source.id, source: source.id, customer: source.customer, host: source.host,
            state: state.error == nil ? .idle : .failed, updated: clock())
        progress.attempts = state.failures
        progress.next = state.next
        progress.error = state.error
        progress.sha256 = state.sha256
        try spool.tell(progress, of: "source.\(source.id)")
    }

    /// Removes what was told of requests that ended long ago, and of transfers that nobody knows any more.
    func removeOldProgress() throws(FetchSpoolError) {
        let old = clock().addingTimeInterval(-Fetcher.toldFor)
        for name in try spool.names(in: spool.progress) where !name.hasPrefix("source.") && memory.jobs[name] == nil {
            let progress = try? spool.progress(of: name)
            let isEnded = progress.map { [.fetched, .failed].contains($0.state) } ?? false
            if !isEnded || progress.map({ $0.updated < old }) == true {
                try spool.remove("\(spool.progress)/\(name).json")
            }
        }
    }
}
