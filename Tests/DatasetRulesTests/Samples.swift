import DatasetRules
import Moderation
import TestSupport

/// Rows that tests make.
enum Sample {
    /// A row of one question and its answer.
    static func row(_ prompt: String, _ answer: String, system: String? = nil, line: Int = 1) -> Example {
        var turns = [Turn(role: .user, text: prompt), Turn(role: .assistant, text: answer)]
        if let system { turns.insert(Turn(role: .system, text: system), at: 0) }
        return Example(line: line, byteRange: line * 100..<line * 100 + 90, turns: turns)
    }

    /// Rows with lines from 1 on.
    static func rows(_ pairs: [(String, String)]) -> [Example] {
        pairs.enumerated().map { row($0.element.0, $0.element.1, line: $0.offset + 1) }
    }

    /// What a check finds.
    static func findings(_ check: DatasetRule.Check, _ examples: [Example], _ action: Action = .flag) -> [Finding] {
        DatasetRule(id: "rule", action: action, check: check).findings(in: examples)
    }
}
