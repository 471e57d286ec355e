import Foundation

/// The models and fixtures that tests read.
package enum TestFiles {
    /// The default model cannot be found.
    package struct MissingModel: Error, CustomStringConvertible {
        package let description: String
    }

    /// The default model: under `LETHE_MODELS`, else under `~/.cache/lethe/models`.
    ///
    /// - Throws: `MissingModel`, so that a test without its model fails and says what to do.
    package static func defaultModelPath() throws -> String {
        let folder =
            ProcessInfo.processInfo.environment["LETHE_MODELS"]
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache/lethe/models").path
        let path = folder + "/SmolLM2-135M-Instruct.Q4_1.gguf"
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw MissingModel(description: "The model \(path) is missing: run make setup")
        }
        return path
    }

    /// The path of a file under `Tests/Fixtures`.
    package static func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(name).path
    }

    /// The lines of a fixture of JSON lines, decoded.
    package static func jsonLines<T: Decodable>(_ type: T.Type, _ name: String) throws -> [T] {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture(name)))
        return try data.split(separator: 0x0A).map { try JSONDecoder().decode(type, from: $0) }
    }

    /// A fixture that is one JSON document, decoded.
    package static func json<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    }
}
