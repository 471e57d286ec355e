import Foundation

extension Fetcher {
    /// Who takes turns: neither many requests nor slow ones hold up what others have asked for.
    enum Turn: Hashable {
        case source(String)
        case customer(String)

        init(_ job: FetchJob) {
            self = job.source.map(Turn.source) ?? .customer(job.customer)
        }
    }

    /// The transfer to start next; `nil` if none is due or may be started.
    ///
    /// First comes who has the fewest under way, then whose latest turn is the longest ago, then what has failed least.
    func nextJob(_ now: Date) -> FetchJob? {
        let jobs = memory.jobs.values
        if turns.count > jobs.count {
            let waiting = Set(jobs.map(Turn.init))
            turns = turns.filter { waiting.contains($0.key) }
        }
        let busy = Dictionary(running.values.map { ($0, 1) }, uniquingKeysWith: +)
        let order = { (job: FetchJob) in
            let turn = Turn(job)
            return (busy[turn] ?? 0, self.turns[turn] ?? 0, job.failures, job.id)
        }
        // One that has not been tried yet is due, however short a while ago it was made.
        return
            jobs.filter {
                running[$0.id] == nil && hasPlace($0) && ($0.failures == 0 || isDue($0.next, now, 0))
            }
            .min { order($0) < order($1) }
    }

    /// Whether there is a place for such a transfer: requests never take the last one from the sources.
    func hasPlace(_ job: FetchJob) -> Bool {
        guard job.source == nil, settings.atOnce > 1, !settings.sources.isEmpty else { return true }
        let requests = running.values.filter { if case .customer = $0 { true } else { false } }
        return requests.count < settings.atOnce - 1
    }
}
