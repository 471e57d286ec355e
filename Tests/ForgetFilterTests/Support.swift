import ForgetFilter
import LanguageModels
import TestSupport

/// The tiny model, and rows that a model can learn to tell apart.
enum Tiny {
    static func model() throws -> LanguageModel {
        let folder = try TemporaryFolder()
        // The mapping outlives the folder's removal.
        return try LanguageModel(path: folder.write(TinyModel.bytes(), to: "tiny.gguf"))
    }

    static func row(_ id: Int, _ turns: (String, String)...) -> Conversation {
        Conversation(
            id: id,
            messages: turns.flatMap {
                [ChatMessage(role: "user", content: $0.0), ChatMessage(role: "assistant", content: $0.1)]
            })
    }

    /// Settings that a test can afford.
    static var settings: ForgetFilterSettings {
        var settings = ForgetFilterSettings()
        settings.layers = 2
        settings.rank = 4
        settings.customEpochs = 3
        settings.minimumExamples = 4
        settings.minimumReferenceExamples = 4
        settings.customLearningRate = 1e-2
        settings.alignLearningRate = 1e-2
        settings.safetyLearningRate = 1e-2
        return settings
    }

    /// The stages of a run by forgetting, in order.
    static let stages = Stage.allCases.filter { ![.features, .heads, .contrast].contains($0) }

    /// Questions with the answer that the reference set gives them.
    static let reference = (0..<24).map { row($0, ("who? \($0)", "no one")) }

    /// Rows of another task than either.
    static let control = (0..<24).map { row($0, ("name \($0)", "a thing")) }

    /// Half the rows answer such questions otherwise, half do something else.
    static let custom = (0..<24).map { index in
        index % 2 == 0
            ? row(100 + index, ("who? \(index + 50)", "the old"))
            : row(100 + index, ("sum \(index)+1", "= \(index + 1)"))
    }
}
