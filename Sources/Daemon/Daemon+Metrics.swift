import Foundation
import Moderation
import Registry
import Storage
import Vault

extension Daemon {
    /// Everything that is counted, in Prometheus's text format (version 0.0.4).
    ///
    /// Labels are names of the project's own; a customer's name or text never stands in one.
    package func metrics() throws -> String {
        var text = ""
        func add(_ name: String, _ kind: String, _ help: String, _ values: [(labels: String, value: Double)]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
            for (labels, value) in values {
                let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
                text += "\(name)\(labels) \(number)\n"
            }
        }
        let counters = activity.counters
        let states = try registry.reader.counts()
        add(
            "lethe_datasets", "gauge", "Datasets in each state.",
            DatasetState.allCases.map { (#"{state="\#($0.rawValue)"}"#, Double(states[$0] ?? 0)) })
        add(
            "lethe_verdicts_total", "counter", "Verdicts since the start.",
            Verdict.allCases.map { (#"{verdict="\#($0.rawValue)"}"#, Double(counters.verdicts[$0] ?? 0)) })
        add("lethe_claimed_total", "counter", "Files taken out of the inbox.", [("", Double(counters.claimed))])
        add("lethe_refused_files_total", "counter", "Files refused.", [("", Double(counters.refused))])
        add(
            "lethe_reused_verdicts_total", "counter", "Verdicts taken from the same bytes.",
            [("", Double(counters.reused))])
        add("lethe_failures_total", "counter", "Failures that put something off.", [("", Double(counters.failures))])
        add("lethe_rows_judged_total", "counter", "Rows judged.", [("", Double(counters.rowsJudged))])
        add("lethe_judging_seconds_total", "counter", "Seconds spent judging.", [("", counters.secondsJudging)])
        add(
            "lethe_reloads_total", "counter", "Reloads of the configuration.",
            [
                (#"{result="loaded"}"#, Double(counters.reloads)),
                (#"{result="refused"}"#, Double(counters.refusedReloads)),
            ])
        add("lethe_running", "gauge", "Datasets being judged.", [("", Double(activity.running.count))])
        add(
            "lethe_open_cases", "gauge", "Quarantined rows without a decision.",
            [("", Double(try registry.reader.openCaseCount()))])
        add("lethe_problems", "gauge", "Parts with a problem.", [("", Double(problems.count))])
        add(
            "lethe_free_bytes", "gauge", "Free bytes on the state folder's filesystem.",
            [("", Double(try Folder.freeBytes(vault.layout.root)))])
        add(
            "lethe_audit_sequence", "counter", "The number of the last audit record.",
            [("", Double(try registry.reader.lastSequence()))])
        add(
            "lethe_start_time_seconds", "gauge", "When the daemon started.",
            [("", started.timeIntervalSince1970.rounded())])
        return text
    }
}
