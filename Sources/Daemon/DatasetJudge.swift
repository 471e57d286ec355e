import AuditLog
import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import Logging
import Moderation
import Pipeline
import Policies
import Registry
import Reports
import ServiceConfiguration
import Storage
import Vault

/// Brings one dataset from its claim to its verdict; blocks the calling thread.
///
/// Every step can be repeated: whatever a crash cut off is done again from the last recorded state.
struct DatasetJudge {
    private let daemon: Daemon
    private let entry: DatasetEntry
    private let configuration: LiveConfiguration.Snapshot

    init(_ daemon: Daemon, _ entry: DatasetEntry) {
        self.daemon = daemon
        self.entry = entry
        configuration = daemon.configuration.snapshot
    }

    /// A judgement, and the earlier dataset that it was taken from.
    private struct Outcome {
        var judgement: Judgement
        var report: [UInt8]
        var reusedFrom: DatasetID?
    }

    /// Judges the dataset and publishes the verdict.
    ///
    /// - Throws: whatever kept it from a verdict; the dataset is then where it was, or a step further.
    func run() throws {
        let folder = daemon.vault.layout.root
        let free = try Folder.freeBytes(folder)
        guard free >= configuration.settings.inbox.minimumFreeBytes + 2 * (entry.bytes ?? 0) else {
            throw DaemonError(
                .lowDiskSpace, "\(free) bytes are free, too few to judge a dataset",
                remedy: "Free room on that filesystem", location: .init(path: folder))
        }
        guard let policy = configuration.policies.policy(for: entry.customer) else {
            throw DaemonError(
                .noPolicy, "no policy is assigned to the customer", remedy: "Add a pattern that matches to lethe.yaml",
                location: .init(path: configuration.settings.path))
        }
        let basis = try JudgementBasis.fingerprint(
            policy: policy, modelPath: daemon.modelPath, hashes: daemon.hashes)
        try Folder.create(daemon.vault.layout.workFolder(entry.id), mode: 0o700)
        let outcome: Outcome
        do {
            outcome = try judgement(policy, basis)
        } catch let error as DatasetError where error.code != .unreadable && error.code != .changedDuringRead {
            // What cannot be read as a dataset can never be learnt; trying again would not change that.
            outcome = try unusable(error, policy, basis)
        }
        guard outcome.judgement.dataset.sha256 == entry.sha256 else {
            // Its writer still had it open. What it says now is what must be judged.
            try daemon.registry.reclaim(
                entry.id, sha256: outcome.judgement.dataset.sha256, bytes: outcome.judgement.dataset.byteCount)
            return
        }
        try decide(outcome)
    }

    /// The judgement: the one that a crash kept from being recorded, an earlier one of the same bytes, or a new one.
    private func judgement(_ policy: Policy, _ basis: String) throws -> Outcome {
        let path = try daemon.vault.requireOriginal(entry.id)
        if let bytes = stagedReport(basis) { return try reuse(bytes, path, policy, from: nil) }
        if let earlier = try daemon.registry.reusable(for: entry, basis: basis),
            let bytes = try? InputFile.contents(of: daemon.vault.layout.report(earlier.id), limit: 1 << 32),
            sha256(of: bytes) == earlier.report
        {
            let outcome = try reuse(bytes, path, policy, from: earlier.id)
            try recordParsed(outcome.judgement, basis, policy)
            try keep(outcome.report)
            daemon.activity.count { $0.reused += 1 }
            return outcome
        }
        var request = JudgementRequest(
            datasetPath: path, policy: policy, modelPath: daemon.modelPath,
            threadCount: configuration.settings.scoring.threads)
        request.hashes = daemon.hashes
        request.featureFolder = FeatureFolder.path(environment: ProcessInfo.processInfo.environment)
        request.checkpoints = JudgementBasis.checkpoints(
            path: daemon.vault.layout.checkpoint(entry.id), fingerprint: "\(entry.sha256 ?? "") \(basis)",
            interval: configuration.settings.scoring.checkpointSeconds)
        let judge = Judge(request, now: daemon.clock.uptime) { progress in
            if case .read(let rows, let malformed) = progress {
                try daemon.registry.parse(
                    entry.id, rows: rows, malformed: malformed, basis: basis, policy: policy.name)
            }
            try note(progress)
        }
        let judgement = try judge.run()
        let report = try ReportJSON.encode(judgement.report)
        try keep(report)
        return Outcome(judgement: judgement, report: report)
    }

    private func recordParsed(_ judgement: Judgement, _ basis: String, _ policy: Policy) throws {
        try daemon.registry.parse(
            entry.id, rows: judgement.dataset.exampleLines.count, malformed: judgement.dataset.malformedLines.count,
            basis: basis, policy: policy.name)
    }

    /// The report that was complete and recorded when a crash came, if it is of this basis.
    private func stagedReport(_ basis: String) -> [UInt8]? {
        guard entry.state == .scored, entry.basis == basis,
            let bytes = try? InputFile.contents(of: stagedPath, limit: 1 << 32), sha256(of: bytes) == entry.report
        else { return nil }
        return bytes
    }

    private var stagedPath: String { daemon.vault.layout.workFolder(entry.id) + "/report.json" }

    private func keep(_ report: [UInt8]) throws {
        try AtomicFile.write(report, to: stagedPath)
        try daemon.registry.score(entry.id, report: sha256(of: report))
    }

    private func reuse(_ report: [UInt8], _ path: String, _ policy: Policy, from: DatasetID?) throws -> Outcome {
        let dataset = try DatasetReader(policy.dataset).forEach(path) { _ in }
        var decoded = try ReportJSON.decode(ScanReport.self, from: report)
        decoded.dataset.name = (path as NSString).lastPathComponent
        return Outcome(
            judgement: Judgement(reusing: decoded, dataset: dataset), report: try ReportJSON.encode(decoded),
            reusedFrom: from)
    }

    /// The verdict on a file that is no dataset.
    private func unusable(_ error: DatasetError, _ policy: Policy, _ basis: String) throws -> Outcome {
        let path = try daemon.vault.requireOriginal(entry.id)
        let dataset = Dataset(
            path: path, sha256: try InputFile.sha256(of: path), byteCount: try FileStatus.of(path)?.bytes ?? 0,
            maximumLineBytes: policy.dataset.maximumLineBytes)
        if let bytes = stagedReport(basis) {
            let report = try ReportJSON.decode(ScanReport.self, from: bytes)
            return Outcome(judgement: Judgement(reusing: report, dataset: dataset), report: bytes)
        }
        let report = ScanReport(
            verdict: .rejected, reason: error.message,
            dataset: ScanReport.Input(
                name: (path as NSString).lastPathComponent, sha256: dataset.sha256, bytes: dataset.byteCount, lines: 0,
                blankLines: 0, shape: nil),
            counts: ScanReport.Counts(), policy: ScanReport.Basis(name: policy.name, sha256: policy.sha256),
            policyVersion: policy.version, model: nil, reference: nil, referenceRows: 0, control: nil, settings: nil,
            rows: [], stages: [], seconds: 0, peakMib: ProcessMemory.peakMebibytes)
        let judgement = Judgement(reusing: report, dataset: dataset)
        try recordParsed(judgement, basis, policy)
        let bytes = try ReportJSON.encode(report)
        try keep(bytes)
        return Outcome(judgement: judgement, report: bytes)
    }

    private func note(_ progress: JudgementProgress) throws {
        // A stage may take long without a step: the model's first load, or the check of a large dataset.
        daemon.heartbeats.beat("judging \(entry.id)", within: 300)
        daemon.activity.update(entry.id) { running in
            switch progress {
            case .read(let rows, _): (running.stage, running.done, running.total) = ("read", rows, rows)
            case .loadingModel: running.stage = "loading-model"
            case .stage(let stage):
                running.stage = stage.stage.rawValue
                running.done = stage.done
                running.total = stage.total
                running.secondsLeft = stage.secondsLeft
            }
        }
        if daemon.activity.isStopping { throw DaemonError(.stopping, "the daemon stops") }
        if daemon.activity.running[entry.id]?.cancellation != nil {
            throw DaemonError(.cancelled, "the judgement was cancelled")
        }
    }

    /// Writes what the verdict publishes, records the verdict, and publishes.
    private func decide(_ outcome: Outcome) throws {
        let judgement = outcome.judgement
        let rules = Dictionary(
            uniqueKeysWithValues: judgement.quarantinedLines.map { line in
                let findings = judgement.findings[line.line] ?? []
                return (line.line, (findings.first { $0.action == .quarantine } ?? findings.first)?.rule ?? "unknown")
            })
        let examples = Set(judgement.dataset.exampleLines.map(\.line))
        var cases: [Int: QuarantinedRow] = [:]
        for row in try daemon.registry.reader.decidedRows(sha256: entry.sha256 ?? "", customer: entry.customer)
        where cases[row.line] == nil && rules[row.line] != nil {
            cases[row.line] = row
        }
        let opensGate = judgement.report.verdict.opensGate
        let released = Set(
            cases.values.filter { opensGate && $0.state == .released && examples.contains($0.line) }.map(\.line))
        let rows = rules.keys.sorted().map { line in
            let known = cases[line]
            return QuarantinedRow(
                dataset: entry.id, line: line, rule: rules[line] ?? "unknown",
                // A moderator's decision stays, also where nothing is cleared now: it counts when the bytes come again.
                state: known?.state ?? .open, actor: known?.actor, reason: known?.reason)
        }
        let cleared = judgement.dataset.exampleLines.filter {
            opensGate && (rules[$0.line] == nil || released.contains($0.line))
        }
        let file = try daemon.vault.stage(
            entry.id, name: entry.name,
            Split(
                dataset: judgement.dataset, cleared: cleared, quarantined: judgement.quarantinedLines,
                findings: judgement.findings, report: outcome.report, opensGate: opensGate))
        var records = try judgement.auditRecords(
            id: entry.id.description, customer: entry.customer, reportSHA256: sha256(of: outcome.report),
            clearedSHA256: file?.sha256, reusedFrom: outcome.reusedFrom?.description)
        for index in records.examples.indices where released.contains(records.examples[index].line) {
            records.examples[index].disposition = .released
        }
        records.dataset.released = released.sorted()
        records.dataset.name = entry.name
        records.dataset.clearedRows = file?.rows
        guard daemon.activity.seal(entry.id) else {
            throw DaemonError(.cancelled, "the judgement was cancelled")
        }
        let appended = try daemon.registry.decide(
            entry.id, records, rows: rows, messages: messages(judgement.report))
        daemon.note(appended)
        try daemon.publish(entry.id)
        daemon.activity.count { counters in
            counters.verdicts[judgement.report.verdict, default: 0] += 1
            counters.rowsJudged += judgement.report.counts.rows
            counters.secondsJudging += judgement.report.seconds
        }
        daemon.logger.notice(
            "dataset judged",
            metadata: [
                "dataset": "\(entry.id)", "customer": "\(entry.customer)",
                "verdict": "\(judgement.report.verdict.rawValue)", "rows": "\(judgement.report.counts.rows)",
                "quarantined": "\(judgement.report.counts.quarantined)",
                "message_id": "9b1c7a52d3c14c5c8d0d0f2f7a6a4e11",
            ])
    }

    /// What receivers are told of the verdict.
    private func messages(_ report: ScanReport) throws -> [Registry.Message] {
        try configuration.settings.webhooks.filter { globMatches($0.customers, entry.customer) }.map { webhook in
            let id = daemon.newID().description
            let body: CanonicalJSON = .object([
                "id": .string(id), "event": .string("verdict"), "dataset": .string(entry.id.description),
                "customer": .string(entry.customer), "name": .string(entry.name),
                "sha256": .string(entry.sha256 ?? ""), "verdict": .string(report.verdict.rawValue),
                "policy": .string(report.policy.name),
                "counts": .object([
                    "rows": .integer(report.counts.rows), "accepted": .integer(report.counts.accepted),
                    "quarantined": .integer(report.counts.quarantined),
                ]),
            ])
            return Registry.Message(id: id, endpoint: webhook.id, body: try body.encoded())
        }
    }
}
