package import Datasets
package import ForgetFilter
package import Moderation
package import Policies
package import Reports

/// What is to be judged, and by what.
package struct JudgementRequest: Sendable {
    /// The dataset's file.
    package var datasetPath: String

    /// The rules.
    package var policy: Policy

    /// The reference set to use instead of the policy's own.
    package var referencePath: String?

    /// The model file.
    package var modelPath: String

    /// Threads to use; the machine's processors by default.
    package var threadCount: Int?

    /// Where the training of a long judgement is kept, so that it can go on after an interruption.
    package var checkpoints: RunCheckpoints?

    /// The folder where the features of known rows are kept between judgements; `nil` keeps none.
    package var featureFolder: String?

    /// Whether the dataset's own features are kept there too: for labelled sets that are judged again and again, never
    /// for a customer's rows.
    package var keepsDatasetFeatures = false

    /// Whether the judgement's dataset has the texts of its rows, where no rule needs them.
    package var keepsTexts = false

    /// Hashes of files that are judged by again and again.
    package var hashes = FileHashes()

    /// Creates a request.
    package init(
        datasetPath: String, policy: Policy, referencePath: String? = nil, modelPath: String, threadCount: Int? = nil
    ) {
        self.datasetPath = datasetPath
        self.policy = policy
        self.referencePath = referencePath
        self.modelPath = modelPath
        self.threadCount = threadCount
    }
}

/// How far a judgement is.
package enum JudgementProgress: Sendable {
    /// The dataset was read.
    case read(rows: Int, malformed: Int)

    /// The language model is being loaded.
    case loadingModel

    /// ForgetFilter is at work.
    case stage(StageProgress)
}

/// A dataset with the findings on its lines and the verdict that follows; nothing is written yet.
package struct Judgement: Sendable {
    /// The dataset as it was read.
    package var dataset: Dataset

    /// Findings of each line, by line number.
    package var findings: [Int: [Finding]]

    /// The evidence or the forgetting rate of each scored line, by line number.
    package var scores: [Int: Double]

    /// The id of the policy's ForgetFilter rule, if it has one.
    package var forgettingRule: String?

    /// The verdict and everything that `report.json` says.
    package var report: ScanReport

    /// What became of a line.
    package func disposition(ofLine line: Int) -> Disposition {
        findings[line]?.contains { $0.action == .quarantine } == true ? .quarantined : .accepted
    }

    /// The lines that may be learnt: those accepted, unless the verdict forbids all.
    package var clearedLines: [LineRange] {
        guard report.verdict.opensGate else { return [] }
        return dataset.exampleLines.filter { disposition(ofLine: $0.line) == .accepted }
    }

    /// The lines that were removed, malformed ones included.
    package var quarantinedLines: [LineRange] {
        (dataset.exampleLines.filter { disposition(ofLine: $0.line) == .quarantined } + dataset.malformedLines)
            .sorted { $0.line < $1.line }
    }
}
