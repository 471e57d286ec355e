import ArgumentParser
import AuditLog
import Foundation
import Moderation

extension AuditCommand {
    /// Which records a command is about.
    struct Conditions: ParsableArguments {
        @Option(help: "Only records from this time on.")
        var since: String?

        @Option(help: "Only records before this time.")
        var until: String?

        @Option(help: "The dataset's SHA-256, or how it begins, or its id.")
        var dataset: String?

        @Option(help: "The customer.")
        var customer: String?

        @Option(help: "The rule that decided.")
        var rule: String?

        @Option(help: "The verdict on the dataset.")
        var verdict: Verdict?

        @Option(help: "What became of the example.")
        var disposition: Disposition?

        @Option(help: "What happened.")
        var event: AuditEvent?

        @Option(help: "The example's line in the dataset.")
        var line: Int?

        func validate() throws {
            do throws(AuditError) {
                try query().validate()
            } catch {
                throw AuditCommand.usage(error)
            }
        }

        /// The query for every record that they choose.
        func query() throws(AuditError) -> AuditQuery {
            var query = AuditQuery()
            let now = Date()
            if let since { query.since = try AuditTimeExpression.parse(since, now: now, timeZone: .current) }
            if let until { query.until = try AuditTimeExpression.parse(until, now: now, timeZone: .current) }
            query.dataset = dataset
            query.customer = customer
            query.rule = rule
            query.verdict = verdict
            query.disposition = disposition
            query.event = event
            query.line = line
            return query
        }

        /// The conditions as they were written, so that a later run can be held against an earlier one.
        var written: [String: String] {
            [
                "since": since, "until": until, "dataset": dataset, "customer": customer, "rule": rule,
                "verdict": verdict?.rawValue, "disposition": disposition?.rawValue, "event": event?.rawValue,
                "line": line.map(String.init),
            ].compactMapValues(\.self)
        }
    }

    /// How records are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
        case csv
    }
}

extension Verdict: ExpressibleByArgument {}
extension Disposition: ExpressibleByArgument {}
extension AuditEvent: ExpressibleByArgument {}
