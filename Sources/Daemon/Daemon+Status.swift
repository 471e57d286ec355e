import AuditLog
package import ControlModels
import FetchSpool
import Foundation
import Moderation
import Policies
package import Registry
import ServiceConfiguration
import Storage
import Vault

extension Daemon {
    /// The version of this program.
    package static let version = "0.2.0"

    /// What keeps the daemon from its work, by part; empty where nothing does.
    package var failures: [String: String] {
        var problems = activity.problems
        let late = heartbeats.late
        if !late.isEmpty { problems["watchdog"] = "no sign of life from: \(late.joined(separator: ", "))" }
        return problems
    }

    /// What is wrong, by part: the failures, and a reload that was refused.
    package var problems: [String: String] {
        var problems = failures
        if let refusal = configuration.refusal { problems["policies"] = "the latest reload was refused: \(refusal)" }
        return problems
    }

    /// Everything that `lethe status` tells.
    package func status() throws -> StatusReport {
        let now = clock.uptime()
        let running = activity.running.map { id, running in
            StatusReport.Running(
                dataset: id.description, customer: running.customer, stage: running.stage, done: running.done,
                total: running.total, seconds: now - running.began, secondsLeft: running.secondsLeft)
        }.sorted { $0.dataset < $1.dataset }
        let snapshot = configuration.snapshot
        return StatusReport(
            version: Daemon.version, pid: Int(getpid()), started: try AuditTime(started).description,
            problems: problems, running: running,
            states: Dictionary(
                uniqueKeysWithValues: try registry.reader.counts().map { ($0.key.rawValue, $0.value) }),
            openCases: try registry.reader.openCaseCount(), policies: loadedPolicies(),
            refusedReload: configuration.refusal, model: modelPath.isEmpty ? nil : modelPath,
            stateFolder: snapshot.settings.stateFolder, freeBytes: try Folder.freeBytes(vault.layout.root),
            auditSequence: try registry.reader.lastSequence(), signingKey: signingKeyID,
            fetches: try fetches())
    }

    /// Transfers and sources, as the process that fetches tells of them.
    private func fetches() throws -> [StatusReport.Fetch] {
        try FetchSpool(root: vault.layout.fetched).allProgress().map { progress in
            StatusReport.Fetch(
                id: progress.id, source: progress.source, customer: progress.customer, host: progress.host,
                state: progress.state.rawValue, bytes: progress.bytes, total: progress.total,
                attempts: progress.attempts, next: try progress.next.map { try AuditTime($0).description },
                error: progress.error)
        }
    }

    /// The policies in force.
    package func loadedPolicies() -> [StatusReport.LoadedPolicy] {
        configuration.snapshot.policies.assignments.map { assignment in
            StatusReport.LoadedPolicy(
                customers: assignment.customers, name: assignment.policy.name, version: assignment.policy.version,
                sha256: assignment.policy.sha256, path: assignment.policy.path, mode: assignment.policy.mode.rawValue)
        }
    }

    /// One line for systemd's `STATUS=`.
    package func statusLine() -> String {
        let problems = problems
        if let (part, text) = problems.min(by: { $0.key < $1.key }) { return "\(part): \(text)" }
        let running = activity.running.count
        let waiting = (try? registry.reader.counts())?.reduce(0) { $0 + ($1.key.isWaiting ? $1.value : 0) } ?? 0
        return running == 0 && waiting == 0 ? "idle" : "judging \(running), waiting \(max(0, waiting - running))"
    }

    /// Datasets that wait, in the order in which they would be judged if nothing else came.
    package func queue() throws -> DatasetList {
        var entries = try registry.reader.entries(
            states: DatasetState.allCases.filter(\.isWaiting), limit: .max)
        var served = activity.served
        var turn = (served.values.max() ?? 0) + 1
        let running = Set(activity.running.keys)
        var ordered = entries.filter { running.contains($0.id) }.map { DatasetSummary($0, position: nil) }
        entries.removeAll { running.contains($0.id) }
        var position = 1
        // Those to be tried again later come last.
        while let next = entries.min(by: { a, b in
            (a.retryAt ?? "", served[a.customer] ?? -1, a.id.description)
                < (b.retryAt ?? "", served[b.customer] ?? -1, b.id.description)
        }) {
            ordered.append(DatasetSummary(next, position: position))
            served[next.customer] = turn
            turn += 1
            position += 1
            entries.removeAll { $0.id == next.id }
        }
        return DatasetList(datasets: ordered)
    }
}

extension DatasetSummary {
    /// A dataset's entry as the control API tells it.
    package init(_ entry: DatasetEntry, position: Int? = nil) {
        self.init(
            id: entry.id.description, customer: entry.customer, name: entry.name, state: entry.state.rawValue,
            verdict: entry.verdict?.rawValue, reason: entry.reason, received: entry.received, changed: entry.changed,
            sha256: entry.sha256, bytes: entry.bytes, policy: entry.policy, attempts: entry.attempts,
            retryAt: entry.retryAt, position: position)
    }
}
