/// What a check of the whole chain found.
package struct AuditVerification: Sendable, Hashable {
    /// What is wrong with the first bad record.
    package enum Reason: String, Sendable, Hashable {
        /// The record's fields do not give its hash: it was changed.
        case hashMismatch = "hash-mismatch"

        /// The record is not chained to the one before it: records were exchanged, inserted or rewritten.
        case brokenLink = "broken-link"

        /// The record is missing, and later ones are there.
        case gap

        /// A value of the record is of the wrong type, or the database's structure is not as Lethe made it.
        case schema

        /// The last records are missing: a known record lies behind the end.
        case truncated

        /// The record is not the one that is known from the head file or from `--expect`.
        case headMismatch = "head-mismatch"

        /// A signature over the record, a checkpoint's or that of a key's rotation, is not by a key that is trusted.
        case badSignature = "bad-signature"

        /// The record is not the one that a checkpoint names, or checkpoints were removed, added or changed.
        case checkpointMismatch = "checkpoint-mismatch"

        /// Keys to trust were given, but no checkpoint is signed by them.
        case unsigned
    }

    /// What was found of signed checkpoints.
    package struct Signatures: Sendable, Hashable {
        /// How many checkpoints were found right.
        package var checkpointCount = 0

        /// The last record that a checkpoint covers; what comes behind it is not signed yet.
        package var lastSequence: Int64?

        /// The ids of the keys that signed, in the order of their first use.
        package var keyIDs: [String] = []

        /// Whether the keys were given to the check, rather than taken from the chain itself.
        package var areKeysGiven = false

        /// Whether the file of checkpoints lies beside the database.
        package var hasFile = false

        mutating func count(_ checkpoint: AuditCheckpoint) {
            checkpointCount += 1
            lastSequence = checkpoint.sequence
            if !keyIDs.contains(checkpoint.key) { keyIDs.append(checkpoint.key) }
        }
    }

    /// The first bad record, and why.
    package struct Failure: Sendable, Hashable {
        /// The record's number; `nil` where it is about the database as a whole.
        package var sequence: Int64?

        /// What is wrong with it.
        package var reason: Reason

        /// What was found, as a sentence without a full stop.
        package var detail: String
    }

    /// The random id of the ledger, which its first record is chained to.
    package var instance: String

    /// How many records were found intact, from the first on.
    package var intactCount: Int64

    /// The last intact record; keep it elsewhere and give it to a later check.
    package var head: AuditAnchor?

    /// Whether a head file lies beside the database; without it the removal of the last records cannot be seen.
    package var hasHeadFile: Bool

    /// What was found of signed checkpoints.
    package var signatures = Signatures()

    /// The first bad record; `nil` if all is intact.
    package var failure: Failure?
}

extension AuditVerification {
    /// What was found, for people.
    package func text() -> String {
        var lines: [String] = []
        if let failure {
            let place = failure.sequence.map { "record \($0)" } ?? "database"
            lines.append("TAMPERED: \(place): \(failure.reason.rawValue): \(TerminalText.escape(failure.detail))")
            lines.append("intact before it: \(intactCount) records")
        } else {
            lines.append("intact: \(intactCount) records")
        }
        if let head { lines.append("\(failure == nil ? "head" : "last intact"): \(head)") }
        if !hasHeadFile && intactCount > 0 {
            lines.append("no head file: the removal of the last records would not be seen")
        }
        lines += signatures.lines()
        return lines.joined(separator: "\n") + "\n"
    }

    /// What was found, as one JSON object.
    package func json() -> String {
        var members: [String: CanonicalJSON] = [
            "checkpoints": signatures.json, "first_bad": .null, "head": .null, "head_file": .bool(hasHeadFile),
            "instance": .string(instance),
            "intact_records": .integer(Int128(intactCount)),
            "status": .string(failure == nil ? "intact" : "tampered"),
        ]
        if let head {
            members["head"] = .object(["hash": .string(head.hash), "sequence": .integer(Int128(head.sequence))])
        }
        if let failure {
            members["first_bad"] = .object([
                "detail": .string(failure.detail), "reason": .string(failure.reason.rawValue),
                "sequence": failure.sequence.map { .integer(Int128($0)) } ?? .null,
            ])
        }
        // Without a fraction among the numbers, encoding does not fail.
        return (try? CanonicalJSON.object(members).encoded()) ?? "null"
    }
}

extension AuditVerification.Signatures {
    /// What was found, for people; nothing where nothing is signed.
    fileprivate func lines() -> [String] {
        guard checkpointCount > 0, let lastSequence else { return [] }
        let names = keyIDs.map { TerminalText.escape($0) }.joined(separator: " ")
        var lines = ["checkpoints: \(checkpointCount) verified, up to record \(lastSequence)", "keys: \(names)"]
        if !areKeysGiven {
            lines.append("the keys come from the chain itself: give --public-key to check against a key that you hold")
        }
        if !hasFile { lines.append("no checkpoints file: the removal of checkpoints would not be seen") }
        return lines
    }

    fileprivate var json: CanonicalJSON {
        .object([
            "count": .integer(checkpointCount), "file": .bool(hasFile),
            "key_ids": .array(keyIDs.map(CanonicalJSON.string)), "keys": .string(areKeysGiven ? "given" : "chain"),
            "last_sequence": lastSequence.map { .integer(Int128($0)) } ?? .null,
        ])
    }
}
