import Diagnostics
import Foundation
import Storage

/// What a method other than the policy says of each row of a dataset.
package struct MethodScores: Sendable {
    /// The method's name.
    package var name: String

    /// The evidence that a row is unsafe, higher for more, by the row's line.
    package var scores: [Int: Double]

    /// What it took, where that was measured.
    package var seconds: Double?

    /// Creates a method's scores.
    package init(name: String, scores: [Int: Double], seconds: Double? = nil) {
        self.name = name
        self.scores = scores
        self.seconds = seconds
    }

    private struct Line: Decodable {
        var line: Int
        var score: Double
    }

    /// Reads scores that another program made.
    ///
    /// - Parameter path: JSONL with `line` and `score`.
    /// - Throws: `PipelineError` where a line is none, `StorageError` where the file cannot be read.
    package static func read(name: String, from path: String) throws -> MethodScores {
        let lines = try JSONLines.read(Line.self, from: path) { location in
            PipelineError(
                .scoresUnusable, "this is no score", remedy: "Write `line` and `score` of one row a line",
                location: location)
        }
        return MethodScores(
            name: name, scores: Dictionary(lines.map { ($0.line, $0.score) }, uniquingKeysWith: { $1 }))
    }
}

/// Small files of one JSON value a line.
enum JSONLines {
    /// Reads all values; lines that are empty count for nothing.
    ///
    /// - Parameter fault: what is thrown where a line is no such value.
    static func read<Value: Decodable>(
        _ type: Value.Type, from path: String, fault: (SourceLocation) -> PipelineError
    ) throws -> [Value] {
        let bytes = try InputFile.contents(of: path, limit: 1 << 30)
        let decoder = JSONDecoder()
        return try bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().compactMap {
            index, line in
            guard !line.isEmpty else { return nil }
            do {
                return try decoder.decode(type, from: Data(line))
            } catch {
                throw fault(SourceLocation(path: path, line: index + 1))
            }
        }
    }
}
