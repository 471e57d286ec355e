import Crypto
package import Datasets
import Foundation
package import Moderation
package import Reports
import Storage

/// What a dataset is split into, before it is published.
package struct Split: Sendable {
    /// The dataset as it was read.
    package var dataset: Dataset

    /// Lines that may be learnt, in order.
    package var cleared: [LineRange]

    /// Lines that were removed, in order.
    package var quarantined: [LineRange]

    /// Findings by line.
    package var findings: [Int: [Finding]]

    /// The report's bytes.
    package var report: [UInt8]

    /// Whether the verdict opens the gate.
    package var opensGate: Bool

    /// Creates a split.
    package init(
        dataset: Dataset, cleared: [LineRange], quarantined: [LineRange], findings: [Int: [Finding]],
        report: [UInt8], opensGate: Bool
    ) {
        self.dataset = dataset
        self.cleared = cleared
        self.quarantined = quarantined
        self.findings = findings
        self.report = report
        self.opensGate = opensGate
    }
}

extension Vault {
    private func staging(_ id: DatasetID) -> String { layout.workFolder(id) + "/output" }

    /// Writes everything that a verdict publishes into the work folder, flushed to the disk.
    ///
    /// - Returns: the cleared file, where there is one.
    /// - Throws: `StorageError`, or `DatasetError` if the original is no longer what was judged.
    package func stage(_ id: DatasetID, name: String, _ split: Split) throws -> Manifest.File? {
        let folder = staging(id)
        try Folder.remove(folder)
        try Folder.create(folder, mode: 0o700)
        var file: Manifest.File?
        if split.opensGate {
            let dataName = VaultLayout.dataName(for: name)
            let output = try HashingFile("\(folder)/\(dataName)", mode: 0o640)
            try DatasetRows(split.dataset).write(split.cleared) { try output.write($0) }
            let (digest, bytes) = try output.commit()
            file = Manifest.File(name: dataName, sha256: digest, bytes: bytes, rows: split.cleared.count)
        }
        let rows = try AtomicFile("\(folder)/rows.dat")
        let index = try AtomicFile("\(folder)/quarantine.jsonl")
        var offset = 0
        try DatasetRows(split.dataset).forEach(split.quarantined) { range, bytes in
            try rows.write(bytes)
            var row = QuarantineRow(
                line: range.line, byteRange: range.bytes, bytes: bytes.prefix(range.bytes.count),
                findings: split.findings[range.line] ?? [])
            row.storedStart = offset
            row.storedEnd = offset + bytes.count
            offset += bytes.count
            try index.write(try ReportJSON.encode(row, pretty: false))
        }
        let report = try AtomicFile("\(folder)/report.json", mode: 0o640)
        try report.write(split.report)
        for file in [rows, index, report] { try file.commit(flushesFolder: false) }
        try Folder.flush(folder)
        return file
    }

    /// Moves what was staged into the vault; what an earlier verdict published there and this one does not goes away.
    ///
    /// - Parameter manifest: the manifest, signed; `nil` where nothing is cleared.
    package func publish(_ id: DatasetID, customer: String, manifest: Manifest?) throws {
        let folder = staging(id)
        let cleared = layout.clearedFolder(id, customer: customer)
        if let manifest {
            try Folder.create(cleared)
            if try FileStatus.of("\(folder)/\(manifest.output.name)") != nil {
                try Folder.move(
                    "\(folder)/\(manifest.output.name)", to: "\(cleared)/\(manifest.output.name)", flushes: false)
            }
            try AtomicFile.write(try ReportJSON.encode(manifest), to: "\(cleared)/manifest.json", mode: 0o640)
        } else {
            try Folder.remove(cleared)
        }
        guard try FileStatus.of(folder) != nil else { return }
        try Folder.create(layout.quarantineFolder(id), mode: 0o700)
        for name in ["rows.dat", "quarantine.jsonl"] where try FileStatus.of("\(folder)/\(name)") != nil {
            try Folder.move("\(folder)/\(name)", to: "\(layout.quarantineFolder(id))/\(name)", flushes: false)
        }
        if try FileStatus.of("\(folder)/report.json") != nil {
            try Folder.move("\(folder)/report.json", to: layout.report(id), flushes: false)
        }
        // Before the staging folder goes: until then a crash finds every file in one place or the other.
        try Folder.flush(layout.quarantineFolder(id))
        try Folder.flush(layout.reports)
        try Folder.remove(folder)
    }

    /// The report of a dataset.
    package func report(_ id: DatasetID) throws -> ScanReport {
        try ReportJSON.decode(ScanReport.self, from: InputFile.contents(of: layout.report(id), limit: 1 << 30))
    }

    /// The manifest beside a cleared file.
    package func manifest(_ id: DatasetID, customer: String) throws -> Manifest {
        try ReportJSON.decode(
            Manifest.self,
            from: InputFile.contents(of: layout.clearedFolder(id, customer: customer) + "/manifest.json"))
    }
}

/// An atomic file that knows the hash of what was written to it.
final class HashingFile {
    private let file: AtomicFile
    private var hasher = SHA256()
    private var count = 0

    init(_ path: String, mode: UInt32) throws(StorageError) {
        file = try AtomicFile(path, mode: mode)
    }

    func write(_ bytes: [UInt8]) throws(StorageError) {
        hasher.update(data: bytes)
        count += bytes.count
        try file.write(bytes)
    }

    /// Makes the file durable, but not its name, which its folder's flush does; its SHA-256 and size.
    func commit() throws(StorageError) -> (sha256: String, bytes: Int) {
        try file.commit(flushesFolder: false)
        return (hexadecimal(hasher.finalize()), count)
    }
}
