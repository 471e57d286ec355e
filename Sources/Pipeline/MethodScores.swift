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
    /// - Throws: `PipelineError` where the file cannot be read or a line is none.
    package static func read(name: String, from path: String) throws(PipelineError) -> MethodScores {
        let lines = try JSONLines.read(
            Line.self, from: path, .scoresUnusable, "this is no score",
            remedy: "Write `line` and `score` of one row a line")
        return MethodScores(
            name: name, scores: Dictionary(lines.map { ($0.line, $0.score) }, uniquingKeysWith: { $1 }))
    }
}

/// Small files of one JSON value a line.
enum JSONLines {
    /// Reads all values; lines that are empty count for nothing.
    ///
    /// - Parameters:
    ///   - code: the code of every failure.
    ///   - fault: what is wrong with a line that is no such value, and `remedy` what to do about it.
    static func read<Value: Decodable>(
        _ type: Value.Type, from path: String, _ code: PipelineError.Code, _ fault: String, remedy: String
    ) throws(PipelineError) -> [Value] {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.contents(of: path, limit: 1 << 30)
        } catch {
            throw PipelineError(code, error.message, remedy: error.remedy, location: error.location)
        }
        let decoder = JSONDecoder()
        var values: [Value] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            do {
                values.append(try decoder.decode(type, from: Data(line)))
            } catch {
                throw PipelineError(code, fault, remedy: remedy, location: .init(path: path, line: index + 1))
            }
        }
        return values
    }
}
