package import FetchSpool
package import Foundation
package import HTTPTransfer
package import Logging
import Moderation
import Storage

/// What the fetcher is to do.
package struct FetcherSettings: Sendable {
    /// Where datasets come from again and again.
    package var sources: [FetchSource] = []

    /// Limits and access of one-off requests.
    package var limits = FetchLimits()
    package var access = FetchAccess()

    /// Hosts that one-off requests may name: patterns as fnmatch(3) reads them.
    package var requestHosts: [String] = ["*"]

    /// Transfers at the same time.
    package var atOnce = 2

    /// When a failed transfer is tried again.
    package var schedule = RetrySchedule()

    /// Creates the settings of a fetcher without sources.
    package init() {}
}

/// What one pass has done.
package struct FetchPass: Sendable, Hashable {
    /// Files that were handed on.
    package var fetched = 0

    /// Sources without anything new.
    package var unchanged = 0

    /// Transfers and looks that failed and will be tried again.
    package var failed = 0

    /// Transfers that were given up.
    package var givenUp = 0

    /// Creates the account of a pass that did nothing.
    package init() {}
}

/// Fetches datasets from sources and on request, until each is handed on or given up.
///
/// It decides on one thread; each transfer blocks a thread of its own.
package final class Fetcher {
    /// The time of day.
    package typealias Clock = @Sendable () -> Date

    let spool: FetchSpool
    let settings: FetcherSettings
    let clock: Clock
    let logger: Logger
    let memory: FetchMemory
    let results: FetchResults
    var pass = FetchPass()

    /// What is under way, with whose turn it is: ids of transfers, and `list ` with the id of a source.
    var running: [String: Turn] = [:]

    /// When each had its latest turn, counted in turns.
    var turns: [Turn: Int] = [:]

    /// What threads have handed back and could not be written down yet.
    var unnoted: [FetchResults.Result] = []

    /// Requests that could not be taken up or removed, and when that is tried again.
    var postponed: [String: Date] = [:]

    private let lock: FetchLock
    private let sources: [String: FetchSource]
    private let random: () -> Double

    /// Takes up what an earlier process left in the spool; keeps others from it as long as it lives.
    ///
    /// - Parameter random: a new number from 0 up to and without 1 at each call.
    /// - Throws: `in-use` if another process works on the spool; any `FetchSpoolError` of the spool itself.
    package init(
        spool: FetchSpool, settings: FetcherSettings, clock: @escaping Clock = { Date() },
        random: @escaping () -> Double = { Double.random(in: 0..<1) }, logger: Logger = Logger(label: "lethe.fetching")
    ) throws(FetchSpoolError) {
        self.spool = spool
        self.settings = settings
        self.clock = clock
        self.random = random
        self.logger = logger
        try spool.createFolders()
        lock = try FetchLock(spool)
        sources = Dictionary(settings.sources.map { ($0.id, $0) }) { $1 }
        results = try FetchResults()
        memory = try FetchMemory(spool, sources: settings.sources, now: clock())
        for job in memory.jobs.values where job.ending != nil { try complete(job) }
    }

    /// What a transfer is for.
    func source(of job: FetchJob) -> FetchSource? {
        if let id = job.source { return sources[id] }
        var source = FetchSource(id: "", customer: job.customer, target: .url(job.url))
        source.sha256 = job.sha256
        source.limits = settings.limits
        source.access = settings.access
        return source
    }

    /// A new transfer of a source.
    func makeJob(_ source: FetchSource, url: String, name: String) -> FetchJob {
        var generator = SystemRandomNumberGenerator()
        let now = clock()
        let id = DatasetID(milliseconds: UInt64(max(0, now.timeIntervalSince1970 * 1000)), using: &generator)
        return FetchJob(
            id: id.description, source: source.id, customer: source.customer, url: url, name: name,
            sha256: source.sha256, next: now)
    }

    /// Takes note of how a try ended.
    func end(_ job: FetchJob, _ outcome: Transfer.Outcome) throws(FetchSpoolError) {
        var job = job
        let now = clock()
        switch outcome {
        case .fetched(let digest, let bytes, let tag, let date, let place):
            job.ending = .init(sha256: digest, bytes: bytes, tag: tag, date: date, place: place, time: now)
            try complete(job)
        case .unchanged:
            pass.unchanged += 1
            try memory.forget(job.id)
            try spool.remove("\(spool.progress)/\(job.id).json")
            if let id = job.source, var state = memory.states[id] { try look(again: id, &state, error: nil) }
        case .failed(let error) where error.code == .cancelled:
            // What has come so far is kept for the next process.
            try memory.keep(job)
        case .failed(let error): try fail(&job, error, now)
        }
    }

    private func fail(_ job: inout FetchJob, _ error: FetchError, _ now: Date) throws(FetchSpoolError) {
        let bytes = (try? FileStatus.of(Transfer.partPath(job, spool)))?.bytes ?? 0
        // While a resumed transfer gets on, it is not given up.
        if job.partTag != nil, bytes > job.partBytes { job.first = nil }
        job.partBytes = bytes
        job.failures += 1
        let first = job.first ?? now
        job.first = first
        job.error = error.detail
        let isOver = now >= first.addingTimeInterval(settings.schedule.giveUpAfter)
        guard !error.isPermanent, !isOver else {
            job.ending = .init(sha256: nil, bytes: bytes, error: error.detail, time: now)
            log("given up", job, error)
            return try complete(job)
        }
        let delay = settings.schedule.delay(
            afterFailures: job.failures, random: random(), retryAfter: error.retryAfter)
        job.next = now.addingTimeInterval(delay)
        pass.failed += 1
        try memory.keep(job)
        log("failed, will be tried again", job, error)
        try tell(job, .waiting)
    }

    /// Hands on what a transfer has come to; may be done again after a crash at any point.
    private func complete(_ job: FetchJob) throws(FetchSpoolError) {
        guard let ending = job.ending, let id = DatasetID(job.id) else { return try memory.forget(job.id) }
        try memory.keep(job)
        let state = job.source.flatMap { memory.states[$0] }
        // A server without entity tags sends the same file again.
        let isKnown = ending.sha256 != nil && job.key == nil && job.source != nil && state?.sha256 == ending.sha256
        // A source that keeps failing in the same way is told of once.
        let isTold = ending.error != nil && job.source != nil && state?.error == ending.error
        if !isKnown, !isTold { try handOn(job, ending, id) }
        if let source = job.source, var state {
            if ending.sha256 != nil, job.key == nil {
                (state.tag, state.date, state.place, state.sha256) = (
                    ending.tag, ending.date, ending.place, ending.sha256
                )
            } else if ending.error != nil {
                // It may be the very condition that the server does not take.
                (state.tag, state.date, state.place) = (nil, nil, nil)
            }
            if let key = job.key, ending.sha256 != nil || ending.error.map(Fetcher.isOfContent) == true {
                state.objects.insert(SourceState.mark(key: key, tag: job.listedTag ?? ""))
                if ending.sha256 != nil { state.sha256 = ending.sha256 }
            }
            try look(again: source, &state, error: ending.error)
        }
        try memory.forget(job.id)
        if ending.error != nil { pass.givenUp += 1 } else if isKnown { pass.unchanged += 1 } else { pass.fetched += 1 }
        if job.source == nil {
            try tell(job, ending.error == nil ? .fetched : .failed)
        } else {
            try spool.remove("\(spool.progress)/\(job.id).json")
        }
    }

    private func handOn(_ job: FetchJob, _ ending: FetchJob.Ending, _ id: DatasetID) throws(FetchSpoolError) {
        let receipt = FetchReceipt(
            id: id, source: job.source, customer: job.customer, name: job.name, host: FetchSource.host(job.url),
            sha256: ending.sha256, bytes: ending.bytes, attempts: job.failures + (ending.error == nil ? 1 : 0),
            time: ending.time, error: ending.error)
        let part = Transfer.partPath(job, spool)
        let isHere = access(part, F_OK) == 0
        guard ending.sha256 != nil else { return try spool.finish(receipt, file: nil) }
        // Neither here nor there: the daemon has taken it already.
        guard isHere || access(spool.readyFile(receipt), F_OK) == 0 else { return }
        try spool.finish(receipt, file: isHere ? part : nil)
        logger.info(
            "fetched",
            metadata: ["fetch": "\(job.id)", "customer": "\(job.customer)", "bytes": "\(ending.bytes)"])
    }

    /// Whether a failure is the object's own, so that it is not fetched again before it has changed.
    private static func isOfContent(_ error: String) -> Bool {
        [FetchError.Code.tooLarge, .hashMismatch, .contentEncoding, .lengthUnknown].contains { $0.rawValue == error }
    }

    /// Plans a source's next look.
    func look(again id: String, _ state: inout SourceState, error: String?) throws(FetchSpoolError) {
        guard let source = sources[id] else { return }
        state.error = error
        state.failures = error == nil ? 0 : state.failures + 1
        state.next = clock().addingTimeInterval(source.interval)
        try memory.keep(state, of: id)
        try tell(source, state)
    }

    private func log(_ text: Logger.Message, _ job: FetchJob, _ error: FetchError) {
        var metadata: Logger.Metadata = [
            "fetch": "\(job.id)", "customer": "\(job.customer)", "attempts": "\(job.failures)",
            "error": "\(error.detail): \(error.message)",
        ]
        metadata["source"] = job.source.map { "\($0)" }
        logger.warning(text, metadata: metadata)
    }
}
