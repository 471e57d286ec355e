import Moderation

/// A row's text as the baselines over words read it.
struct BaselineText {
    /// What everybody but the assistant says, turn by turn.
    var prompt: [String]

    /// What the assistant says.
    var answer: [String]

    init(_ example: Example) {
        prompt = words(example.turns.filter { $0.role != .assistant })
        answer = words(example.turns.filter { $0.role == .assistant })
    }
}

/// Runs of letters, marks and digits of any script, in lower case.
private func words(_ turns: [Turn]) -> [String] {
    var words: [String] = []
    for turn in turns {
        let scalars = turn.text.lowercased().unicodeScalars
        for run in scalars.split(whereSeparator: { !$0.isOfWord }) { words.append(String(run)) }
    }
    return words
}

extension Unicode.Scalar {
    fileprivate var isOfWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
