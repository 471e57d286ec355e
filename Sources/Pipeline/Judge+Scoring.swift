import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import LanguageModels
import Moderation
import Policies
import Reports
import Storage
import TensorKernels

/// What the model made of a dataset, or why it could not judge.
struct Scoring {
    /// The score of each scored line.
    var scores: [Int: Double] = [:]

    /// Findings on lines, and on the dataset as a whole.
    var findings: [Finding] = []

    /// What the report tells of it.
    var basis = Basis()

    /// Why there is no verdict, where there is none.
    var deferral: String?

    /// What goes with a verdict that a person should know.
    var remark: String?

    /// What the heads found, where they judged.
    var evidence: ForgetFilter.Evidence?

    /// The part of a report that the model's run fills.
    struct Basis {
        var model: ScanReport.Basis?
        var reference: ScanReport.Basis?
        var referenceRows = 0
        var control: ScanReport.Basis?
        var background: ScanReport.Basis?
        var seeds: ScanReport.Basis?
        var evidence: EvidenceSummary?
        var stages: [StageReport] = []
    }
}

extension Judge {
    /// Runs the policy's ForgetFilter rule.
    ///
    /// - Parameter revealed: rows with what they hide decoded, by line: they are judged beside the rows as they stand, and
    ///   the worse of the two readings counts.
    func score(_ dataset: Dataset, rule: ForgetFilterRule, revealed: [Int: Example] = [:]) throws -> Scoring {
        let policy = request.policy
        let sets = KnownSets(request)
        let reference = try sets.read("reference", request.referencePath ?? policy.referencePath)
        let control = try rule.settings.readsControl ? sets.read("control", policy.controlPath) : nil
        var scoring = Scoring()
        scoring.basis.reference = basis(reference)
        scoring.basis.referenceRows = reference.examples.count
        scoring.basis.control = control.map(basis)
        var known = KnownRows(
            reference: reference.examples.map(Conversation.init),
            control: control?.examples.map(Conversation.init) ?? [])
        if rule.settings.method == .heads {
            if request.referencePath != nil, let path = policy.referencePath {
                let background = try sets.read("reference", path)
                if background.sha256 != reference.sha256 {
                    scoring.basis.background = basis(background)
                    known.background = background.examples.map(Conversation.init)
                }
            }
            if let path = policy.seedsPath {
                let (seeds, set) = try sets.readSeeds(path)
                scoring.basis.seeds = basis(set)
                known.seeds = seeds
            }
        }
        try progress(.loadingModel)
        let model = try LanguageModel(path: request.modelPath)
        scoring.basis.model = ScanReport.Basis(
            name: (request.modelPath as NSString).lastPathComponent,
            sha256: try request.hashes.sha256(of: request.modelPath))
        let pool = request.threadCount.map { WorkerPool(threadCount: $0) } ?? WorkerPool()
        let filter = ForgetFilter(settings: rule.settings, model: model, pool: pool, now: now)
        let rows =
            dataset.examples.map(Conversation.init) + rejectedSides(dataset)
            + dataset.examples.compactMap { revealed[$0.line].map(Conversation.decoded) }
        known.fingerprints = fingerprints(scoring.basis, dataset, isRevealed: !revealed.isEmpty)
        do {
            switch rule.settings.method {
            case .heads:
                let evidence = try filter.weigh(
                    rows: rows, known: known, cache: request.featureFolder.map(FeatureFolder.cache)
                ) { try progress(.stage($0)) }
                take(evidence, into: &scoring, rule, rows, model)
            case .forgetting:
                let result = try filter.run(
                    rows: rows, reference: known.reference, control: known.control, checkpoints: request.checkpoints
                ) { try progress(.stage($0)) }
                take(result, into: &scoring, rule)
            }
        } catch let error as ForgetFilterError where error.code == .tooFewExamples {
            // Too little to judge is an answer about the dataset, not a failure: it waits for a person.
            scoring.deferral = error.message
        }
        return scoring
    }

    /// What names each set's features between runs: the bytes of the model and of the set.
    ///
    /// Without a name, a set's features are not kept: revealed rows are not the file's.
    private func fingerprints(_ basis: Scoring.Basis, _ dataset: Dataset, isRevealed: Bool) -> [RowOrigin: String] {
        let keeps =
            request.keepsDatasetFeatures && request.policy.dataset.rejectedSide == .patterns && !isRevealed
        let sets: [(RowOrigin, ScanReport.Basis?)] = [
            (.dataset, keeps ? self.basis(dataset) : nil),
            (.reference, basis.reference), (.background, basis.background), (.control, basis.control),
            (.safeSeed, basis.seeds), (.unsafeSeed, basis.seeds),
        ]
        var names: [RowOrigin: String] = [:]
        for case (let origin, let set?) in sets {
            // Only the seeds' two origins share a file.
            let part = origin == .unsafeSeed ? "unsafe" : origin == .safeSeed ? "safe" : "all"
            let text = ["lethe-features-1", basis.model?.sha256 ?? "", set.sha256, part].joined(separator: "\n")
            names[origin] = sha256(of: Array(text.utf8))
        }
        return names
    }

    /// The rejected sides as rows of their own, where the policy has the model judge them.
    private func rejectedSides(_ dataset: Dataset) -> [Conversation] {
        guard request.policy.dataset.rejectedSide == .all else { return [] }
        return dataset.examples.compactMap(Conversation.init(rejectedSideOf:))
    }

    private func basis(_ set: Dataset) -> ScanReport.Basis {
        ScanReport.Basis(name: (set.path as NSString).lastPathComponent, sha256: set.sha256)
    }

    private func take(_ result: ForgetFilter.Result, into scoring: inout Scoring, _ rule: ForgetFilterRule) {
        scoring.basis.stages = result.stages
        for score in result.scores {
            let line = Conversation.line(ofID: score.id)
            scoring.scores[line] = max(score.forgetting, scoring.scores[line] ?? score.forgetting)
            guard score.forgetting > rule.settings.threshold else { continue }
            let control = score.control.map { " (to \(rounded($0)) under the control set)" } ?? ""
            scoring.findings.append(
                Finding(
                    rule: rule.id, action: rule.action, line: line, score: score.forgetting,
                    threshold: rule.settings.threshold,
                    detail:
                        "\(Conversation.side(ofID: score.id))\(rule.settings.score.rawValue) fell from \(rounded(score.before)) to "
                        + "\(rounded(score.after))\(control) over \(score.tokens) tokens of assistant turn "
                        + "\(score.turn + 1)"))
        }
    }

    private func take(
        _ found: ForgetFilter.Evidence, into scoring: inout Scoring, _ rule: ForgetFilterRule, _ rows: [Conversation],
        _ model: LanguageModel
    ) {
        scoring.evidence = found
        scoring.basis.stages = found.stages
        scoring.basis.evidence = found.summary
        let summary = found.summary
        for (row, conversation) in zip(found.rows, rows) {
            let line = Conversation.line(ofID: row.id)
            scoring.scores[line] = max(row.score, scoring.scores[line] ?? row.score)
            let isOnlyRisky = !summary.isCovered && row.risk > 0.5
            guard row.isDiscovery || isOnlyRisky else { continue }
            let text = conversation.textRange(ofTurn: row.turn, tokens: row.tokens, model: model)
            let forgotten = row.mostForgotten.map {
                let range = conversation.textRange(ofTurn: row.turn, tokens: $0..<$0 + 1, model: model)
                return "\(range.lowerBound)–\(range.upperBound)"
            }
            scoring.findings.append(
                Finding(
                    rule: rule.id, action: row.isDiscovery ? rule.action : .flag, line: line, score: row.score,
                    threshold: row.isDiscovery ? summary.lowestRemovedScore : nil,
                    detail: Conversation.side(ofID: row.id) + (row.isDiscovery ? "" : "no reference row covers it: ")
                        + "risky request (\(rounded(row.risk))) whose answer departs from safe ones "
                        + "(\(rounded(row.departure))), p \(rounded(row.pValue)) among \(summary.canaries) known-safe "
                        + "rows; worst in assistant turn \(row.turn + 1), bytes \(text.lowerBound)–\(text.upperBound)"
                        + (row.forgetting.map { "; forgetting \(rounded($0)) nats a token" } ?? "")
                        + (forgotten.isEmpty ? "" : ", most at bytes \(forgotten.joined(separator: ", "))"),
                    evidence: Evidence(
                        pValue: row.pValue, localFalseDiscoveryRate: row.localFalseDiscoveryRate, risk: row.risk,
                        departure: row.departure, turn: row.turn + 1, text: text,
                        nearestReferenceLines: row.nearestReference)))
        }
        guard !summary.isCovered else { return }
        let remark =
            "the reference set covers none of the \(summary.riskyRows) risky rows, or all of them are unsafe: "
            + "add reference rows of their kind"
        if rule.settings.whenUncovered == .defer { scoring.deferral = remark } else { scoring.remark = remark }
    }

    private func rounded(_ value: Double) -> String { String(format: "%.4f", value) }
}

extension Conversation {
    /// A dataset's row as ForgetFilter sees it; its number is its line.
    init(_ example: Example) {
        self.init(
            id: example.line,
            messages: example.turns.map { ChatMessage(role: $0.role.rawValue, content: $0.text) })
    }

    /// The rejected side of a preference pair, whose number is its line, negative.
    ///
    /// `nil` where it has no answer.
    init?(rejectedSideOf example: Example) {
        guard let rejected = example.rejected, rejected.contains(where: { $0.role == .assistant }) else { return nil }
        self.init(Example(line: -example.line, byteRange: example.byteRange, turns: rejected))
    }

    /// A row with what it hides decoded, whose number is its line past every line.
    static func decoded(_ example: Example) -> Conversation {
        Conversation(Example(line: example.line + decodedOffset, byteRange: example.byteRange, turns: example.turns))
    }

    private static let decodedOffset = 1 << 40

    /// The line of a row by its number.
    static func line(ofID id: Int) -> Int { abs(id) % decodedOffset }

    /// Words for the reading that a row's number tells of.
    static func side(ofID id: Int) -> String {
        id < 0 ? "rejected side: " : id >= decodedOffset ? "decoded, with offsets of its own: " : ""
    }

    /// The bytes of an assistant turn's text that some of its tokens spell.
    func textRange(ofTurn turn: Int, tokens: Range<Int>, model: LanguageModel) -> Range<Int> {
        let turns = messages.filter(\.isAssistant)
        guard turns.indices.contains(turn) else { return 0..<0 }
        let encoded = model.tokenizer.encode(turns[turn].content, recognisingControlTokens: false)
        let start = model.tokenizer.decodeBytes(
            Array(encoded.prefix(tokens.lowerBound)), skippingControlTokens: false
        ).count
        let end = model.tokenizer.decodeBytes(
            Array(encoded.prefix(tokens.upperBound)), skippingControlTokens: false
        ).count
        return start..<end
    }
}
