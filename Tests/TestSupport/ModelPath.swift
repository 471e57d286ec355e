import Foundation

/// Where the models lie that tests read.
package enum ModelPath {
    /// The default model is not there.
    package struct MissingModel: Error, CustomStringConvertible {
        package let description: String
    }

    /// The default model: under `LETHE_MODELS`, else under `~/.cache/lethe/models`.
    ///
    /// - Throws: `MissingModel`, so that a test without its model fails and says what to do.
    package static func smolLM2() throws -> String {
        let folder =
            ProcessInfo.processInfo.environment["LETHE_MODELS"]
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache/lethe/models").path
        let path = folder + "/SmolLM2-135M-Instruct.Q4_1.gguf"
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw MissingModel(description: "The model \(path) is missing: run make setup")
        }
        return path
    }
}
