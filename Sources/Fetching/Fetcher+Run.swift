package import FetchSpool
import Foundation
import HTTPTransfer
import Logging
import Storage

extension Fetcher {
    /// Fetches what is due and what is asked for, until it is stopped.
    ///
    /// - Parameter stop: a descriptor that becomes readable to stop it; it is never read. Transfers under way end within
    ///   about a second, and go on at the next start.
    /// - Throws: any `FetchSpoolError` of the spool itself at the start and at the end; what fails between them, such as
    ///   on a full disk, is logged and tried again.
    package func run(stop: Int32) throws(FetchSpoolError) {
        let watch: FolderWatch
        do {
            watch = try FolderWatch(spool.requests)
        } catch {
            throw FetchSpoolError(.readFailed, error)
        }
        var nextCleaning = Date.distantPast
        while !Fetcher.isReadable(stop) {
            // Before the look: what comes during it wakes the next wait.
            watch.drain()
            do throws(FetchSpoolError) {
                if clock() >= nextCleaning {
                    try removeOldProgress()
                    nextCleaning = clock().addingTimeInterval(3600)
                }
                try work()
            } catch {
                logger.error("the spool cannot be used", metadata: ["error": "\(error)"])
                // Transfers under way go on meanwhile.
                Fetcher.wait(for: [stop], seconds: min(60, settings.schedule.maximumDelay))
                continue
            }
            wait(for: [stop, watch.descriptor, results.descriptor])
        }
        results.stop()
        try settle()
    }

    /// Does everything that is due once.
    ///
    /// - Parameter stop: as for `run(stop:)`.
    /// - Throws: as `run(stop:)`.
    package func runOnce(stop: Int32) throws(FetchSpoolError) -> FetchPass {
        pass = FetchPass()
        let start = clock()
        while !Fetcher.isReadable(stop) {
            try work(dueAt: start)
            if running.isEmpty { break }
            wait(for: [stop, results.descriptor])
        }
        results.stop()
        try settle()
        return pass
    }

    private func work(dueAt time: Date? = nil) throws(FetchSpoolError) {
        try takeResults()
        try takeRequests()
        try startDue(time ?? clock())
    }

    private func settle() throws(FetchSpoolError) {
        var failure: FetchSpoolError?
        while !running.isEmpty {
            wait(for: [results.descriptor])
            do { try takeResults() } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Takes note of what threads hand back; what cannot be noted is kept, and noted at the next call.
    private func takeResults() throws(FetchSpoolError) {
        var failure: FetchSpoolError?
        var left: [FetchResults.Result] = []
        for result in unnoted + results.take() {
            do {
                try take(result)
            } catch {
                failure = error
                // It would outdo what became of the transfer since; without it a killed transfer begins anew.
                if case .accepted = result { continue }
                left.append(result)
            }
        }
        unnoted = left
        if let failure { throw failure }
    }

    private func take(_ result: FetchResults.Result) throws(FetchSpoolError) {
        switch result {
        case .accepted(let job): try memory.keep(job)
        case .transfer(let job, let outcome):
            running[job.id] = nil
            try end(job, outcome)
        case .listing(let id, let outcome):
            running["list " + id] = nil
            try endListing(id, outcome)
        }
    }

    private func startDue(_ now: Date) throws(FetchSpoolError) {
        for source in settings.sources {
            guard let state = memory.states[source.id], isDue(state.next, now, source.interval) else { continue }
            switch source.target {
            case .url(let url): try startLook(source, state, url)
            case .objects(let store):
                guard running["list " + source.id] == nil, running.count < settings.atOnce else { continue }
                startListing(source, store)
            }
        }
        while running.count < settings.atOnce, let job = nextJob(now) { try start(job) }
    }

    func isDue(_ next: Date, _ now: Date, _ interval: TimeInterval) -> Bool {
        // Further off than any delay: the clock was set back since.
        next <= now || next.timeIntervalSince(clock()) > max(interval, settings.schedule.maximumDelay)
    }

    private func startLook(_ source: FetchSource, _ state: SourceState, _ url: String) throws(FetchSpoolError) {
        guard !memory.jobs.values.contains(where: { $0.source == source.id }) else { return }
        let name = DatasetName.of(url: url, id: source.id, format: source.format)
        var job = makeJob(source, url: url, name: name)
        (job.knownTag, job.knownDate, job.knownPlace) = (state.tag, state.date, state.place)
        try memory.keep(job)
    }

    private func start(_ job: FetchJob) throws(FetchSpoolError) {
        guard let source = source(of: job) else { return try memory.forget(job.id) }
        try tell(job, .fetching)
        let turn = Turn(job)
        running[job.id] = turn
        turns[turn] = (turns.values.max() ?? 0) + 1
        let (spool, results, clock) = (spool, results, clock)
        Fetcher.thread("lethe-transfer") {
            var told = clock()
            var transfer = Transfer(source: source, spool: spool)
            transfer.accepted = { results.put(.accepted($0)) }
            transfer.isCancelled = { results.isStopping }
            transfer.progressed = { bytes, total in
                let now = clock()
                guard now.timeIntervalSince(told) >= 1 else { return }
                told = now
                var progress = Fetcher.progress(of: job, .fetching, now)
                (progress.bytes, progress.total) = (bytes, total)
                try? spool.tell(progress, of: job.id)
            }
            var tried = job
            let outcome = transfer.run(&tried)
            results.put(.transfer(tried, outcome))
        }
    }

    private func startListing(_ source: FetchSource, _ store: ObjectStore) {
        running["list " + source.id] = .source(source.id)
        let results = results
        Fetcher.thread("lethe-listing") {
            do throws(FetchError) {
                let entries = try source.list(store) { results.isStopping }
                results.put(.listing(source.id, .success(entries)))
            } catch {
                results.put(.listing(source.id, .failure(error)))
            }
        }
    }

    private static func thread(_ name: String, _ work: @escaping @Sendable () -> Void) {
        let thread = Thread(block: work)
        thread.name = name
        thread.start()
    }

    private func wait(for descriptors: [Int32]) {
        let now = clock()
        let isFree = running.count < settings.atOnce
        var due = isFree ? memory.jobs.values.filter { running[$0.id] == nil && hasPlace($0) }.map(\.next) : []
        if isFree {
            for source in settings.sources where !isBusy(source) {
                if let next = memory.states[source.id]?.next { due.append(next) }
            }
        }
        // Never longer than this, in case the clock is set forward meanwhile.
        Fetcher.wait(
            for: descriptors, seconds: min(max((due.min() ?? .distantFuture).timeIntervalSince(now), 0), 300))
    }

    private static func wait(for descriptors: [Int32], seconds: TimeInterval) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&polled, nfds_t(polled.count), Int32((seconds * 1000).rounded(.up)))
    }

    private func isBusy(_ source: FetchSource) -> Bool {
        if case .objects = source.target { return running["list " + source.id] != nil }
        return memory.jobs.values.contains { $0.source == source.id }
    }

    private static func isReadable(_ descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }
}
