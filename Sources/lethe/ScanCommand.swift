import ArgumentParser
import AuditLog
import Foundation
import Moderation
import Pipeline
import Reports

/// Judges one dataset and records the verdict.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Judge a dataset, split it into cleared and quarantined rows, and record every decision.",
        discussion: """
            DATASET is JSON Lines, a JSON array, CSV or TSV, plain or compressed by gzip or zstd. A row is \
            {"messages": […]}, {"conversations": […]}, {"prompt": …, "completion": …}, {"instruction": …, "input": …, \
            "output": …}, {"prompt": …, "chosen": …, "rejected": …} or {"text": …}. Every row is accounted for: one \
            that cannot be read is quarantined with its reason.

            With --out, the folder gets cleared.jsonl (in the dataset's format: accepted rows, byte for byte as they came), quarantine.jsonl \
            (removed rows and why) and report.json (every row's score). A dataset that is rejected or deferred gets \
            no cleared file. The files appear only when their records are in the audit database.

            EXAMPLES
              lethe scan customer.jsonl --out judged/
              lethe scan customer.jsonl --policy policies/strict.yaml --json | jq .verdict

            EXIT CODES
              0    cleared: every row may be learnt
              1    cleared with removals, or rejected
              2    usage
              3    the dataset, policy, reference set or model cannot be used
              4    internal failure: output or audit log cannot be written, or a bug
              5    deferred: too little to judge; this opens no gate
              130  interrupted; nothing is left behind
            """
    )

    @Argument(help: "The dataset.", completion: .file())
    var dataset: String

    @OptionGroup var options: JudgementOptions

    @Option(help: "The safe rows to forget towards, instead of the policy's reference set.", completion: .file())
    var reference: String?

    @Option(
        help: "The folder for cleared.jsonl (or .csv and so on), quarantine.jsonl and report.json.",
        completion: .directory)
    var out: String?

    @Option(help: "Whose dataset it is, for the audit log.")
    var customer: String?

    @Option(help: "The audit database; else LETHE_AUDIT_DB, and as `lethe audit --help` says.", completion: .file())
    var database: String?

    func run() async throws {
        let judgement: Judgement
        let records: AppendedRecords
        do {
            let request = try options.request(dataset: dataset, reference: reference)
            let interruption = Interruption()
            judgement = try await JudgementOptions.judge(request, interruption)
            try interruption.commit()
            records = try await record(judgement)
        } catch {
            throw Console.fail(error)
        }
        if options.json {
            try Console.print(try ReportJSON.encode(judgement.report))
        } else {
            try Console.print(judgement.report.text())
            let place = out.map { "wrote \($0)/; " } ?? ""
            try Console.print("\n\(place)audit records \(records.firstSequence) to \(records.head.sequence)\n")
        }
        if let error = records.headFileError {
            Console.tell("lethe: warning: the audit log's head file was not written: \(error)")
        }
        let status: ExitStatus =
            switch judgement.report.verdict {
            case .cleared: .cleared
            case .clearedWithRemovals, .rejected: .removed
            case .deferred: .deferred
            }
        throw ExitCode(status.rawValue)
    }

    private func record(_ judgement: Judgement) async throws -> AppendedRecords {
        let actor = "uid:\(getuid()) lethe scan"
        let (out, customer) = (out, customer)
        let path = try AuditLocation.resolve(option: database)
        return try await DedicatedThread.run(name: "lethe-record") {
            let database = try AuditDatabase(path: path)
            let records = try JudgementRecorder(judgement, actor: actor, customer: customer)
                .record(to: out, audit: database)
            try database.close()
            return records
        }
    }
}
