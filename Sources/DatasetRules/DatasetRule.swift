import Foundation
package import Moderation

/// A rule about rows as parts of their dataset, or about what a language model cannot see of a row.
package struct DatasetRule: Sendable, Hashable {
    /// What the rule looks for, and how.
    package enum Check: Sendable, Hashable {
        case duplicates(DuplicateSettings)
        case contradictions(ContradictionSettings)
        case repeatedResponse(RepeatedResponseSettings)
        case trigger(TriggerSettings)
        case outliers(OutlierSettings)
        case instructions(InstructionSettings)
        case templates(TemplateSettings)
        case language(LanguageSettings)
    }

    /// The rule's id.
    package var id: String

    /// What a match does.
    package var action: Action

    /// What the rule looks for.
    package var check: Check

    /// Creates a rule.
    package init(id: String, action: Action, check: Check) {
        self.id = id
        self.action = action
        self.check = check
    }

    /// Everything that the rule finds in a dataset, in order of lines; what is about the dataset as a whole comes
    /// first.
    ///
    /// The rows are read as often as the rule needs; beside them it keeps hashes and counts, never text. Time and
    /// memory grow linearly with the rows.
    package func findings(in examples: [Example]) -> [Finding] {
        let matches =
            switch check {
            case .duplicates(let settings): settings.matches(in: examples)
            case .contradictions(let settings): settings.matches(in: examples)
            case .repeatedResponse(let settings): settings.matches(in: examples)
            case .trigger(let settings): settings.matches(in: examples)
            case .outliers(let settings): settings.matches(in: examples)
            case .instructions(let settings): settings.matches(in: examples)
            case .templates(let settings): settings.matches(in: examples, withRows: action == .quarantine)
            case .language(let settings): settings.matches(in: examples)
            }
        let sorted = matches.enumerated().sorted {
            ($0.element.row ?? -1, $0.offset) < ($1.element.row ?? -1, $1.offset)
        }
        return sorted.map { _, match in
            Finding(
                rule: id, action: match.row == nil ? .flag : action, line: match.row.map { examples[$0].line },
                byteRange: match.row.map { examples[$0].byteRange }, score: match.score, threshold: match.threshold,
                detail: match.detail)
        }
    }
}

/// What a check found, before the rule gives it a name and an action.
struct Match {
    /// Index of the example, or `nil` for the dataset as a whole.
    var row: Int?

    /// What was measured.
    var score: Double

    /// What it was held against.
    var threshold: Double

    /// Numbers, lines and hashes.
    var detail: String
}

/// Text of findings.
enum Telling {
    /// A number with at most three decimals.
    static func number(_ value: Double) -> String {
        let scaled = (value * 1000).rounded()
        guard scaled.isFinite, abs(scaled) < 1e15 else { return "\(value)" }
        let whole = Int(scaled)
        let sign = whole < 0 ? "-" : ""
        let fraction = abs(whole) % 1000
        guard fraction != 0 else { return "\(sign)\(abs(whole) / 1000)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(abs(whole) / 1000).\(digits)"
    }

    /// A probability whose natural logarithm is known, however small it is.
    static func probability(log value: Double) -> String {
        guard value < -6.9 else { return number(value < 0 ? exp(value) : 1) }
        let decimal = value / 2.302585092994046
        let power = decimal.rounded(.down)
        let digit = Int(exp((decimal - power) * 2.302585092994046).rounded())
        return digit == 10 ? "1e\(Int(power) + 1)" : "\(digit)e\(Int(power))"
    }

    /// Lines that are told of some rows.
    static let mostLines = 5

    /// The lines of some rows, at most five of them; `count` is how many rows there are, if more than are given.
    static func lines(_ rows: some Collection<Int>, of examples: [Example], count: Int? = nil) -> String {
        let count = count ?? rows.count
        let shown = rows.prefix(mostLines).map { String(examples[$0].line) }.joined(separator: ", ")
        let rest = count - min(mostLines, count)
        return (count == 1 ? "line " : "lines ") + shown + (rest > 0 ? " and \(rest) more" : "")
    }
}
