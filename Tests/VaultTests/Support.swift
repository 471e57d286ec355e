import Datasets
import Foundation
import Moderation
import Reports
import Storage
import TestSupport
import Vault

/// An id whose order is that of its number.
func dataset(_ number: UInt64) -> DatasetID {
    var random = SplitMix(state: number)
    return DatasetID(milliseconds: 1_772_352_900_000 + number, using: &random)
}

/// A chat row that says one thing.
func row(_ text: String) -> String {
    #"{"messages":[{"role":"user","content":"\#(text)"},{"role":"assistant","content":"yes"}]}"#
}

/// A vault of its own, with one dataset.
struct Bench {
    let folder: TemporaryFolder
    let vault: Vault
    let id = dataset(1)

    init() throws {
        folder = try TemporaryFolder()
        vault = Vault(VaultLayout(root: folder.path))
        try vault.layout.createFolders()
    }

    var cleared: String { vault.layout.clearedFolder(id, customer: "acme") }

    /// Claims a file of these contents and publishes it with some of its lines quarantined and some of these released.
    @discardableResult
    func publish(
        _ contents: String, quarantined: Set<Int>, released: Set<Int> = [], opensGate: Bool = true
    ) throws -> Manifest? {
        let (file, report) = try stage(contents, quarantined: quarantined, released: released, opensGate: opensGate)
        let manifest = file.map { self.manifest($0, report, released: released.sorted()) }
        try vault.publish(id, customer: "acme", manifest: manifest)
        return manifest
    }

    /// Claims a file and writes into the work folder what its verdict publishes.
    func stage(
        _ contents: String, quarantined: Set<Int>, released: Set<Int> = [], opensGate: Bool = true
    ) throws -> (Manifest.File?, ScanReport) {
        let (split, report) = try split(contents, quarantined: quarantined, released: released, opensGate: opensGate)
        return (try vault.stage(id, name: "rows.jsonl", split), report)
    }

    /// Claims a file, unless that was done, and splits it.
    func split(
        _ contents: String, quarantined: Set<Int>, released: Set<Int> = [], opensGate: Bool = true
    ) throws -> (Split, ScanReport) {
        if try vault.original(id) == nil {
            try Folder.create(vault.layout.inbox + "/acme")
            let path = try folder.write(contents, to: "inbox/acme/rows.jsonl")
            try vault.claim(path, id: id, customer: "acme")
        }
        let dataset = try DatasetReader().read(vault.requireOriginal(id))
        let report = report(dataset, quarantined: quarantined, opensGate: opensGate)
        let lines = dataset.exampleLines
        let split = Split(
            dataset: dataset,
            cleared: lines.filter { !quarantined.contains($0.line) || released.contains($0.line) },
            quarantined: lines.filter { quarantined.contains($0.line) },
            findings: Dictionary(
                uniqueKeysWithValues: quarantined.map {
                    ($0, [Finding(rule: "words", action: .quarantine, line: $0, detail: "matched")])
                }),
            report: try ReportJSON.encode(report), opensGate: opensGate)
        return (split, report)
    }

    func manifest(_ file: Manifest.File, _ report: ScanReport, released: [Int] = []) -> Manifest {
        Manifest(
            dataset: id, customer: "acme",
            input: .init(name: "rows.jsonl", sha256: report.dataset.sha256, bytes: report.dataset.bytes, rows: 3),
            output: file, released: released, report: report,
            audit: .init(sequence: 7, hash: String(repeating: "a", count: 64)))
    }

    private func report(_ dataset: Dataset, quarantined: Set<Int>, opensGate: Bool) -> ScanReport {
        var counts = ScanReport.Counts()
        counts.rows = dataset.examples.count
        counts.quarantined = quarantined.count
        counts.accepted = counts.rows - counts.quarantined
        return ScanReport(
            verdict: opensGate ? .clearedWithRemovals : .rejected, reason: nil,
            dataset: .init(
                name: "rows.jsonl", sha256: dataset.sha256, bytes: dataset.byteCount, lines: dataset.lineCount,
                blankLines: 0, shape: nil),
            counts: counts, policy: .init(name: "default", sha256: String(repeating: "b", count: 64)),
            policyVersion: "1", model: nil, reference: nil, referenceRows: 0, control: nil, settings: nil,
            rows: dataset.exampleLines.map {
                .init(
                    line: $0.line, disposition: quarantined.contains($0.line) ? .quarantined : .accepted, score: nil,
                    findings: [])
            }, stages: [], seconds: 0, peakMib: 0)
    }

    /// Releases rows, as a moderator's decision does.
    func recut(_ present: Set<Int>, _ wanted: Set<Int>) throws {
        var manifest = try vault.manifest(id, customer: "acme")
        manifest.output = try vault.stageRecut(
            id, customer: "acme", recorded: manifest.output.sha256, present: present, wanted: wanted)
        manifest.released = wanted.sorted()
        try vault.finishRecut(id, customer: "acme", manifest: manifest)
    }

    func read(_ path: String) throws -> String { String(decoding: try InputFile.contents(of: path), as: UTF8.self) }

    func data() throws -> String { try read(cleared + "/data.jsonl") }

    func exists(_ path: String) throws -> Bool { try FileStatus.of(path) != nil }
}
