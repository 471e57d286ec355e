import Foundation

/// Where model files are kept.
package enum ModelLocation {
    /// The file that `make setup` fetches.
    package static let defaultFile = "SmolLM2-135M-Instruct.Q4_1.gguf"

    /// The path of a model: the option if it is given, else the default file in `LETHE_MODELS`, else in
    /// `~/.cache/lethe/models`.
    package static func resolve(option: String?, environment: [String: String]) throws(PipelineError) -> String {
        if let option { return option }
        let folder =
            environment["LETHE_MODELS"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/lethe/models"
        let path = "\(folder)/\(defaultFile)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw PipelineError(
                .modelNotFound, "the default model is not in \(folder)",
                remedy: "Run `make setup`, or name a GGUF file by --model or its folder by LETHE_MODELS")
        }
        return path
    }
}
