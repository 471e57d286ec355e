import Datasets
import Foundation
package import Moderation
package import Reports
import Storage

extension Vault {
    private func staging(_ id: DatasetID) -> String { layout.workFolder(id) + "/recut" }

    /// Rows in quarantine, as `quarantine.jsonl` tells them.
    package func quarantinedRows(_ id: DatasetID) throws -> [QuarantineRow] {
        let path = layout.quarantineFolder(id) + "/quarantine.jsonl"
        let bytes = try InputFile.contents(of: path, limit: 1 << 32)
        return try bytes.split(separator: 0x0A).map { try ReportJSON.decode(QuarantineRow.self, from: Array($0)) }
    }

    /// Makes a cleared file with other released rows than now, beside the one that is in force.
    ///
    /// Rows stand in the dataset's order, in its format.
    ///
    /// - Parameters:
    ///   - recorded: SHA-256 of the file in force, from the audit log: nothing else may become part of the new one.
    ///   - present: lines released until now.
    ///   - wanted: lines released from now on.
    /// - Returns: the new file; it takes effect by `finishRecut`.
    /// - Throws: `VaultError` where the file in force is not what was recorded, or a row is not kept.
    package func stageRecut(
        _ id: DatasetID, customer: String, recorded: String, present: Set<Int>, wanted: Set<Int>
    ) throws -> Manifest.File {
        let report = try report(id)
        let manifest = try manifest(id, customer: customer)
        let path = layout.clearedFolder(id, customer: customer) + "/" + manifest.output.name
        let altered = VaultError(
            .altered, "the cleared file of dataset \(id) is not what was recorded",
            remedy: "Have it judged again by lethe dataset rejudge", path: path)
        guard try InputFile.sha256(of: path) == recorded else { throw altered }
        let inForce = try DatasetReader.rows(of: path, layout: report.dataset.format.flatMap(DatasetFormat.Layout.init))
        guard inForce.sha256 == recorded else { throw altered }
        let stored = Dictionary(uniqueKeysWithValues: try quarantinedRows(id).map { ($0.line, $0) })
        let blob = try InputFile.contents(of: layout.quarantineFolder(id) + "/rows.dat", limit: 1 << 40)
        var rows = inForce.exampleLines[...]
        /// What follows what in the new file: rows of the one in force, and ranges of what quarantine keeps.
        var kept: [LineRange] = []
        var added: [(before: Int, bytes: Range<Int>)] = []
        for row in report.rows {
            let isThere = row.disposition == .accepted || present.contains(row.line)
            let old = isThere ? rows.popFirst() : nil
            if isThere, old == nil { throw altered }
            guard row.disposition == .accepted || wanted.contains(row.line) else { continue }
            if let old {
                kept.append(old)
            } else if let row = stored[row.line], let start = row.storedStart, let end = row.storedEnd,
                start >= 0, end >= start, end <= blob.count
            {
                added.append((kept.count, start..<end))
            } else {
                throw VaultError(
                    .notQuarantined, "line \(row.line) of dataset \(id) is not in quarantine",
                    path: layout.quarantineFolder(id))
            }
        }
        guard rows.isEmpty else { throw altered }

        try Folder.create(staging(id), mode: 0o700)
        let output = try HashingFile("\(staging(id))/\(manifest.output.name)", mode: 0o640)
        var file = try DatasetOutput(like: inForce) { try output.write($0) }
        var next = added[...]
        var passed = 0
        try DatasetRows(inForce).forEach(kept) { _, bytes in
            while let row = next.first, row.before == passed {
                try file.append(blob[row.bytes])
                next.removeFirst()
            }
            try file.append(bytes)
            passed += 1
        }
        for row in next { try file.append(blob[row.bytes]) }
        try file.finish()
        let (digest, count) = try output.commit()
        try Folder.flush(staging(id))
        return Manifest.File(name: manifest.output.name, sha256: digest, bytes: count, rows: kept.count + added.count)
    }

    /// Puts the staged cleared file in force, with its manifest.
    package func finishRecut(_ id: DatasetID, customer: String, manifest: Manifest) throws {
        let folder = layout.clearedFolder(id, customer: customer)
        let staged = "\(staging(id))/\(manifest.output.name)"
        // The file last: while it is staged, a crash is known to have come before the end.
        try AtomicFile.write(try ReportJSON.encode(manifest), to: "\(folder)/manifest.json", mode: 0o640)
        if try FileStatus.of(staged) != nil { try Folder.move(staged, to: "\(folder)/\(manifest.output.name)") }
        try Folder.remove(layout.workFolder(id))
    }

    /// Forgets a staged cleared file.
    package func discardRecut(_ id: DatasetID) throws {
        try Folder.remove(staging(id))
    }

    /// The staged cleared file that a crash left, if any.
    package func stagedRecut(_ id: DatasetID) throws -> String? {
        try Folder.names(staging(id)).first { !$0.hasPrefix(".") }.map { "\(staging(id))/\($0)" }
    }
}
