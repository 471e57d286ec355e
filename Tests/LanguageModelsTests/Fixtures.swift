import Foundation
import LanguageModels
import TensorKernels
import TestSupport

/// Ground truth from PyTorch in float32 on the default model's dequantised weights.
enum Fixtures {
    struct Forward: Decodable {
        struct Top: Decodable {
            var id: Int32
            var logit: Float
        }
        var text: String
        var ids: [Int32]
        var nll: [Float]
        var last_top5: [Top]
    }

    struct Generation: Decodable {
        var prompt: String
        var new_ids: [Int32]
        var text: String
    }

    struct Training: Decodable {
        struct Row: Decodable {
            var prompt: [Int32]
            var response: [Int32]
        }
        struct Gradient: Decodable {
            var norm: Double
            var first8: [Float]
        }
        struct Step: Decodable {
            var loss: Double
            var grad_norm: Double
        }
        var sequences: [Row]
        var step0_gradients: [String: Gradient]
        var trajectory: [Step]
    }

    /// Decodes one of the fixture files.
    static func load<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/smollm2/\(name)"))
        return try JSONDecoder().decode(type, from: data)
    }

    /// The default model, loaded once.
    static let model = Result { try LanguageModel(path: ModelPath.smolLM2()) }
}
