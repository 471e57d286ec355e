import AuditLog
package import ControlModels
import Foundation
import Logging
package import Moderation
package import Registry
import Reports
import ServiceConfiguration
import Storage
import Vault

extension Daemon {
    /// Records a moderator's decision on quarantined rows, and makes the cleared output follow it.
    ///
    /// - Parameters:
    ///   - state: `released` lets the rows pass, `confirmed` finds their removal right, `open` takes either back.
    ///   - actor: who decides, such as `uid:1000 (anna)`.
    /// - Throws: `DaemonError`, `RegistryError`, `VaultError` or `StorageError`; nothing has changed then.
    package func decide(
        _ id: DatasetID, lines: [Int], state: QuarantinedRow.State, actor: String, reason: String?
    ) throws {
        if state != .confirmed, reason?.isEmpty ?? true {
            throw DaemonError(.reasonMissing, "the decision has no reason", remedy: "Give one by --reason")
        }
        vaultLock.lock()
        defer { vaultLock.unlock() }
        guard let entry = try registry.reader.entry(id) else {
            throw RegistryError(.unknownDataset, "there is no dataset \(id)")
        }
        // What an earlier decision recorded and could not finish comes first.
        if try vault.stagedRecut(id) != nil { try finishRecut(entry) }
        let rows = try registry.reader.rows(dataset: id, limit: .max)
        let known = Set(rows.map(\.line))
        if let line = lines.first(where: { !known.contains($0) }) {
            throw RegistryError(.unknownRow, "line \(line) of dataset \(id) is not quarantined")
        }
        let present = Set(rows.filter { $0.state == .released }.map(\.line))
        let wanted = state == .released ? present.union(lines) : present.subtracting(lines)
        var file: Manifest.File?
        if wanted != present {
            guard entry.state == .decided, entry.isPublished, entry.verdict?.opensGate == true, !entry.isPurged else {
                throw DaemonError(
                    .notModerated, "dataset \(id) has no cleared output that a row could join",
                    remedy: "Have it judged again under another policy by lethe dataset rejudge")
            }
            if state == .released, let row = rows.first(where: { lines.contains($0.line) && isMalformed($0) }) {
                throw DaemonError(
                    .notAnExample, "line \(row.line) of dataset \(id) cannot be read as a row",
                    remedy: "Ask the customer to mend it")
            }
            guard let record = try registry.reader.gateRecord(id, through: registry.audit.reader), record.isIntact,
                let recorded = try CanonicalJSON(parsing: record.body)["cleared"]?.text
            else { throw RegistryError(.corrupted, "the ledger names no cleared file of dataset \(id)") }
            file = try vault.stageRecut(
                id, customer: entry.customer, recorded: recorded, present: present, wanted: wanted)
        }
        do {
            try registry.decide(
                Registry.RowDecision(
                    dataset: id, lines: lines.sorted(), state: state, actor: actor, reason: reason,
                    clearedSHA256: file?.sha256))
        } catch {
            try? vault.discardRecut(id)
            throw error
        }
        if file != nil { try finishRecut(entry) }
        logger.notice(
            "rows decided",
            metadata: ["dataset": "\(id)", "state": "\(state.rawValue)", "rows": "\(lines.count)", "actor": "\(actor)"])
    }

    /// Whether a row was removed because it could not be read.
    private func isMalformed(_ row: QuarantinedRow) -> Bool { row.rule.hasPrefix("dataset.") }

    /// Puts a cleared file in force whose decision is recorded; one whose decision is not is forgotten.
    func finishRecut(_ entry: DatasetEntry) throws {
        guard let staged = try vault.stagedRecut(entry.id),
            let record = try registry.reader.gateRecord(entry.id, through: registry.audit.reader),
            let cleared = try CanonicalJSON(parsing: record.body)["cleared"]?.text
        else { return try vault.discardRecut(entry.id) }
        guard try InputFile.sha256(of: staged) == cleared, let bytes = try FileStatus.of(staged)?.bytes else {
            return try vault.discardRecut(entry.id)
        }
        var manifest = try vault.manifest(entry.id, customer: entry.customer)
        let released = try registry.reader.rows(dataset: entry.id, states: [.released], limit: .max).map(\.line)
        manifest.output.sha256 = cleared
        manifest.output.bytes = bytes
        manifest.output.rows = manifest.counts.accepted + released.count
        manifest.released = released
        manifest.audit = Manifest.Record(sequence: record.sequence, hash: record.hash)
        try vault.finishRecut(entry.id, customer: entry.customer, manifest: signed(manifest))
    }

    /// Stops a dataset's judgement for good.
    package func cancel(_ id: DatasetID, actor: String, reason: String?) throws {
        switch activity.cancel(id, actor: actor, reason: reason) {
        case .requested: return
        case .tooLate:
            throw DaemonError(
                .alreadyRunning, "the verdict on dataset \(id) is being recorded",
                remedy: "Have it judged again, or confirm its rows, once it is decided")
        case .notRunning: try recordCancellation(id, actor: actor, reason: reason)
        }
    }

    /// Records that a judgement was stopped, and clears away its work.
    func recordCancellation(_ id: DatasetID, actor: String, reason: String?) throws {
        try registry.cancel(id, by: actor, reason: reason)
        vaultLock.lock()
        defer { vaultLock.unlock() }
        try vault.settle(id, keepsOriginal: configuration.snapshot.settings.retention.originals != .never)
    }

    /// Has a dataset judged again, under the policy of now.
    package func rejudge(_ id: DatasetID, actor: String, reason: String?) throws {
        // Not while retention may be about to remove the original.
        vaultLock.lock()
        defer { vaultLock.unlock() }
        guard try registry.reader.entry(id) != nil else {
            throw RegistryError(.unknownDataset, "there is no dataset \(id)")
        }
        _ = try vault.requireOriginal(id)
        guard activity.running[id] == nil else {
            throw DaemonError(.alreadyRunning, "dataset \(id) is being judged")
        }
        try registry.reopen(id, by: actor, reason: reason)
        activity.signal()
    }

    /// The report of a dataset; `nil` if it has none yet.
    package func reportBytes(_ id: DatasetID) throws -> [UInt8]? {
        let path = vault.layout.report(id)
        guard try FileStatus.of(path) != nil else { return nil }
        return try InputFile.contents(of: path, limit: 1 << 30)
    }

    /// Quarantined rows, for a list.
    package func cases(dataset: DatasetID?, states: [QuarantinedRow.State], limit: Int) throws -> CaseList {
        let rows = try registry.reader.rows(dataset: dataset, states: states, limit: limit)
        var customers: [DatasetID: String] = [:]
        return CaseList(
            cases: try rows.map { row in
                if customers[row.dataset] == nil {
                    customers[row.dataset] = try registry.reader.entry(row.dataset)?.customer ?? ""
                }
                return CaseSummary(row, customer: customers[row.dataset] ?? "")
            })
    }

    /// One quarantined row with what it says.
    package func caseDetail(_ id: DatasetID, line: Int) throws -> CaseDetail {
        guard let entry = try registry.reader.entry(id),
            let row = try registry.reader.rows(dataset: id, limit: .max).first(where: { $0.line == line }),
            let kept = try vault.quarantinedRows(id).first(where: { $0.line == line })
        else { throw RegistryError(.unknownRow, "line \(line) of dataset \(id) is not quarantined") }
        return CaseDetail(
            summary: CaseSummary(row, customer: entry.customer),
            findings: kept.findings.map {
                CaseDetail.Finding(
                    rule: $0.rule, action: $0.action.rawValue, score: $0.score, threshold: $0.threshold,
                    detail: $0.detail)
            }, row: kept.row, rowBase64: kept.rowBase64, isCut: kept.isCut)
    }
}

extension CaseSummary {
    init(_ row: QuarantinedRow, customer: String) {
        self.init(
            dataset: row.dataset.description, customer: customer, line: row.line, rule: row.rule,
            state: row.state.rawValue, actor: row.actor, reason: row.reason, changed: row.changed)
    }
}
