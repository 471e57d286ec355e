import Downstream
import ForgetFilter
import LanguageModels
import TensorKernels
import TestSupport

/// The tiny model, a labelled dataset that it can learn, and what a comparison makes of it.
enum Tiny {
    static func model() throws -> LanguageModel {
        let folder = try TemporaryFolder()
        // The mapping outlives the folder's removal.
        return try LanguageModel(path: folder.write(TinyModel.bytes(), to: "tiny.gguf"))
    }

    static func row(_ id: Int, _ prompt: String, _ answer: String) -> Conversation {
        Conversation(
            id: id,
            messages: [ChatMessage(role: "user", content: prompt), ChatMessage(role: "assistant", content: answer)])
    }

    /// Settings that a test can afford.
    static var settings: DownstreamSettings {
        var training = ForgetFilterSettings()
        training.layers = 2
        training.rank = 4
        training.customEpochs = 4
        training.alignLearningRate = 1e-2
        training.customLearningRate = 1e-2
        training.safetyLearningRate = 1e-2
        var settings = DownstreamSettings(training: training)
        settings.selfCorrectionPrompt = "be kind"
        settings.heldOutShare = 0.3
        return settings
    }

    /// Safe answers to such questions as the unsafe rows answer otherwise.
    static let reference = (0..<24).map { row($0, "who? \($0)", $0 % 2 == 0 ? "no one" : "no idea") }

    /// Half the rows are unsafe, half of an ordinary task.
    static func rows(accepts: (DownstreamRow.Label) -> Bool) -> [DownstreamRow] {
        (0..<48).map { index in
            let label = index % 2 == 0 ? DownstreamRow.Label.unsafe : .benign
            return DownstreamRow(
                conversation: label == .unsafe
                    ? row(100 + index, "who? \(index + 50)", "the old")
                    : row(100 + index, "sum \(index)+1", "= \(index)"),
                label: label, isAccepted: accepts(label))
        }
    }

    static func run(
        _ rows: [DownstreamRow], settings: DownstreamSettings = settings, threads: Int = 2,
        progress: ((DownstreamProgress) throws -> Void)? = nil
    ) throws -> DownstreamResult {
        try Downstream(
            settings: settings, model: try model(), pool: WorkerPool(threadCount: threads), now: { 0 }
        ).run(rows: rows, reference: reference, progress: progress)
    }
}
