/// Holds the signed checkpoints, in their table and outside the database, against the chain as it is walked.
struct CheckpointCheck {
    private typealias Failure = AuditVerification.Failure

    /// What was verified so far.
    private(set) var summary: AuditVerification.Signatures

    private let file: AuditCheckpointFile.Contents
    private var instance = ""
    private var table: [AuditCheckpoint] = []

    /// The checkpoints of table and file in order of their numbers, each different one once.
    private var merged: [(checkpoint: AuditCheckpoint, source: String)] = []
    private var position = 0

    init(file: AuditCheckpointFile.Contents, areKeysGiven: Bool) {
        self.file = file
        summary = .init(areKeysGiven: areKeysGiven, hasFile: file != .absent)
    }

    /// Takes the table's checkpoints.
    mutating func begin(table: [AuditCheckpoint], instance: String) {
        self.table = table
        self.instance = instance
        merged = table.map { ($0, "its checkpoint") }
        let known = Set(table)
        for line in lines where line.instance == instance && !known.contains(line.checkpoint) {
            merged.append((line.checkpoint, "its checkpoint outside the database"))
        }
        merged.sort { $0.checkpoint.sequence < $1.checkpoint.sequence }
    }

    private var lines: [AuditCheckpointFile.Line] {
        if case .lines(let lines) = file { lines } else { [] }
    }

    /// What is wrong with the checkpoints at a number, given the record's hash.
    mutating func failure(at sequence: Int64, hash: [UInt8], _ trust: KeyTrust) -> AuditVerification.Failure? {
        while position < merged.count, merged[position].checkpoint.sequence <= sequence {
            let (checkpoint, source) = merged[position]
            position += 1
            guard checkpoint.sequence == sequence else {
                return Failure(
                    sequence: checkpoint.sequence, reason: .checkpointMismatch, detail: "\(source) names no record")
            }
            guard checkpoint.hash == hash else {
                return Failure(
                    sequence: sequence, reason: .checkpointMismatch, detail: "its hash is not that of \(source)")
            }
            guard let key = trust[checkpoint.key] else {
                let origin = trust.areGiven ? "given, nor signed by one that is" : "recorded before it"
                return Failure(
                    sequence: sequence, reason: .badSignature,
                    detail: "\(source) names the key \(checkpoint.key), which is not \(origin)")
            }
            guard checkpoint.isSigned(by: key, instance: instance) else {
                return Failure(
                    sequence: sequence, reason: .badSignature, detail: "\(source) is not signed by the key \(key.id)")
            }
            summary.count(checkpoint)
        }
        return nil
    }

    /// What is wrong with the checkpoints once the last record, with the number `last`, was seen.
    func failureOfEnd(after last: Int64) -> AuditVerification.Failure? {
        if position < merged.count {
            let (checkpoint, source) = merged[position]
            return Failure(
                sequence: last + 1, reason: .truncated,
                detail: "records up to \(checkpoint.sequence) are known from \(source)")
        }
        if case .malformed(let line) = file {
            return mismatch(nil, "line \(line) of the checkpoints file is no checkpoint")
        }
        for (index, line) in lines.enumerated() {
            guard line.instance == instance else {
                return mismatch(nil, "line \(index + 1) of the checkpoints file is that of another ledger")
            }
            guard index < table.count, table[index] == line.checkpoint else {
                // One of the two lacks a checkpoint that the other has; the lower number is the missing one.
                let missing = index < table.count ? min(table[index].sequence, line.checkpoint.sequence) : nil
                return mismatch(
                    missing ?? line.checkpoint.sequence,
                    "the checkpoints in the database and in the file beside it are not the same")
            }
        }
        if summary.areKeysGiven && summary.checkpointCount == 0 {
            return Failure(sequence: nil, reason: .unsigned, detail: "there is no checkpoint that a given key signed")
        }
        return nil
    }

    private func mismatch(_ sequence: Int64?, _ detail: String) -> Failure {
        Failure(sequence: sequence, reason: .checkpointMismatch, detail: detail)
    }
}
