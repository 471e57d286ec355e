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
        return lines.joined(separator: "\n") + "\n"
    }

    /// What was found, as one JSON object.
    package func json() -> String {
        var members: [String: CanonicalJSON] = [
            "first_bad": .null, "head": .null, "head_file": .bool(hasHeadFile), "instance": .string(instance),
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
