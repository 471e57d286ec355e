extension AuditRecord {
    /// The record as one JSON object on one line; the body stands in it as an object.
    package func json() -> String {
        let fields: [(String, CanonicalJSON)] = [
            ("sequence", .integer(Int128(sequence))), ("time", .string(time)), ("actor", .string(actor)),
            ("event", .string(event)), ("subject", .string(subject)), ("dataset", Self.optional(dataset)),
            ("customer", Self.optional(customer)), ("rule", Self.optional(rule)), ("verdict", Self.optional(verdict)),
            ("disposition", Self.optional(disposition)),
            ("line", line.map { .integer(Int128($0)) } ?? .null), ("body", parsedBody),
            ("previous_hash", .string(previousHash)), ("hash", .string(hash)),
        ]
        // No number of a body that was parsed is infinite, so encoding does not fail.
        let members = fields.map { "\"\($0)\":\((try? $1.encoded()) ?? "null")" }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// The body as a value; a body that someone broke is given as a text.
    private var parsedBody: CanonicalJSON { (try? CanonicalJSON(parsing: body)) ?? .string(body) }

    private static func optional(_ text: String?) -> CanonicalJSON { text.map(CanonicalJSON.string) ?? .null }

    /// The first line of a CSV listing.
    package static let csvHeader =
        "sequence,time,actor,event,subject,dataset,customer,rule,verdict,disposition,line,body,previous_hash,hash"

    /// The record as one line of CSV (RFC 4180).
    ///
    /// Control characters are escaped; a name that a spreadsheet would take for a formula gets an apostrophe in front.
    package func csv() -> String {
        let cells: [String?] = [
            String(sequence), time, actor, event, subject, dataset, customer, rule, verdict, disposition,
            line.map(String.init), body, previousHash, hash,
        ]
        return CSV.line(cells)
    }

    /// Every field on a line of its own, then the body, for people.
    package func detailedText() -> String {
        let fields: [(String, String?)] = [
            ("sequence", String(sequence)), ("time", time), ("event", event), ("actor", actor), ("subject", subject),
            ("dataset", dataset), ("customer", customer), ("verdict", verdict), ("disposition", disposition),
            ("rule", rule), ("line", line.map(String.init)), ("previous hash", previousHash), ("hash", hash),
        ]
        var lines = fields.compactMap { name, value in
            value.map { "\(name):".padded(to: 15) + TerminalText.escape($0) }
        }
        lines.append("body:")
        let pretty = (try? parsedBody.pretty()) ?? body
        lines += pretty.split(separator: "\n", omittingEmptySubsequences: false).map {
            "  " + TerminalText.escape(String($0), escapesBackslash: false)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Records in aligned columns for a terminal.
package struct AuditTable: Sendable {
    private static let titles = [
        "SEQUENCE", "TIME", "EVENT", "DATASET", "LINE", "OUTCOME", "RULE", "CUSTOMER", "SUBJECT",
    ]

    private var table = TextTable(titles: Self.titles, numeric: [0, 4])

    /// Creates an empty table.
    package init() {}

    /// Adds a record; the dataset's SHA-256 is cut to 12 digits.
    package mutating func append(_ record: AuditRecord) {
        table.append([
            String(record.sequence), record.time, record.event, record.dataset.map { String($0.prefix(12)) } ?? "-",
            record.line.map(String.init) ?? "-", record.verdict ?? record.disposition ?? "-", record.rule ?? "-",
            record.customer ?? "-", record.subject,
        ])
    }

    /// The lines that were added since the last call, the titles before the first ones.
    package mutating func flush() -> String { table.flush() }
}
