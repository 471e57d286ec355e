import AuditLog
import Diagnostics
import Foundation
import Logging
import Moderation
import Outbox
import Registry
import Reports
import ServiceConfiguration
import Storage
import Vault

extension Daemon {
    /// Tells what could not be done after records were made.
    func note(_ records: AppendedRecords) {
        let error = records.headFileError ?? records.checkpointFileError
        activity.setProblem("audit", error?.description)
        if let error {
            logger.error("a file beside the audit log was not written", metadata: ["error": "\(error)"])
        }
    }

    /// Brings the files of a recorded verdict into the vault; what is there already stays.
    func publish(_ id: DatasetID) throws {
        vaultLock.lock()
        defer { vaultLock.unlock() }
        guard let entry = try registry.reader.entry(id), entry.state == .decided, !entry.isPublished,
            let record = try registry.reader.gateRecord(id, through: registry.audit.reader)
        else { return }
        guard record.isIntact else {
            throw RegistryError(.corrupted, "audit record \(record.sequence) was changed")
        }
        let body = try CanonicalJSON(parsing: record.body)
        var manifest: Manifest?
        if let cleared = body["cleared"]?.text {
            let report = try stagedOrPublishedReport(id)
            let name = VaultLayout.dataName(for: entry.name)
            let staged = "\(vault.layout.workFolder(id))/output/\(name)"
            let published = "\(vault.layout.clearedFolder(id, customer: entry.customer))/\(name)"
            let bytes = try FileStatus.of(staged)?.bytes ?? FileStatus.of(published)?.bytes ?? 0
            manifest = try signed(
                Manifest(
                    dataset: id, customer: entry.customer,
                    input: Manifest.File(
                        name: entry.name, sha256: entry.sha256 ?? "", bytes: entry.bytes ?? 0, rows: report.counts.rows),
                    output: Manifest.File(
                        name: name, sha256: cleared, bytes: bytes,
                        rows: body["cleared_rows"]?.wholeNumber ?? report.counts.accepted),
                    released: body["released"]?.list?.compactMap(\.wholeNumber) ?? [], report: report,
                    audit: Manifest.Record(sequence: record.sequence, hash: record.hash)))
        }
        try vault.publish(id, customer: entry.customer, manifest: manifest)
        // Before the end is noted, so that a crash in between has it done again.
        try settle(entry)
        try registry.publish(id)
        try forwardMessages()
    }

    /// Keeps or removes the customer's own file, as the configuration says.
    private func settle(_ entry: DatasetEntry) throws {
        let keeps: Bool
        switch configuration.snapshot.settings.retention.originals {
        case .always: keeps = true
        case .uncleared: keeps = entry.verdict?.opensGate != true
        case .never: keeps = false
        }
        // The quarantine holds no more than the beginning of an over-long line: the file itself is the evidence.
        let holdsCutRow = try !keeps && vault.quarantinedRows(entry.id).contains(where: \.isCut)
        try vault.settle(entry.id, keepsOriginal: keeps || holdsCutRow)
    }

    private func stagedOrPublishedReport(_ id: DatasetID) throws -> ScanReport {
        let staged = "\(vault.layout.workFolder(id))/output/report.json"
        guard try FileStatus.of(staged) != nil else { return try vault.report(id) }
        return try ReportJSON.decode(ScanReport.self, from: InputFile.contents(of: staged, limit: 1 << 32))
    }

    /// The manifest with the daemon's signature, if it has a key.
    func signed(_ manifest: Manifest) throws -> Manifest {
        var manifest = manifest
        manifest.signature = try signer?(manifest.signedBytes())
        return manifest
    }

    /// Hands recorded messages to the process that may use the network.
    func forwardMessages() throws {
        outboxLock.lock()
        defer { outboxLock.unlock() }
        try forwardMessagesLocked()
    }

    /// Does it for a caller that holds the lock of the outbox.
    func forwardMessagesLocked() throws {
        let messages = try registry.messages()
        guard !messages.isEmpty else { return }
        let outbox = try Outbox(folder: vault.layout.outbox)
        let receipts = Set(try outbox.receipts().map(\.id))
        for message in messages where !receipts.contains(message.id) {
            try outbox.enqueue(
                OutboxMessage(id: message.id, endpoint: message.endpoint, created: clock.now(), body: message.body))
        }
    }

    /// Finishes what an earlier process left between a record and its files.
    package func recover() throws {
        for entry in try registry.reader.entries(states: [.decided], limit: .max) where !entry.isPublished {
            try publish(entry.id)
        }
        for name in try Folder.names(vault.layout.work) {
            guard let id = DatasetID(name), let entry = try registry.reader.entry(id) else { continue }
            if try vault.stagedRecut(id) != nil {
                try finishRecut(entry)
            } else if !entry.state.isWaiting {
                try Folder.remove(vault.layout.workFolder(id))
            }
        }
        try forwardMessages()
    }
}
