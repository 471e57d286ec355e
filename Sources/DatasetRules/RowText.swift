import Moderation

/// The parts of a row that dataset rules compare.
extension Example {
    /// Index of the turn that answers: the assistant's last.
    var answerIndex: Int? { turns.lastIndex { $0.role == .assistant } }

    /// What the row's last answer is.
    var answer: String { answerIndex.map { turns[$0].text } ?? "" }

    /// The turns that come before the answer.
    var promptTurns: ArraySlice<Turn> { turns[..<(answerIndex ?? turns.count)] }

    /// Every turn, then those that only the rejected side of a preference pair has.
    var allTurns: [Turn] { turns + (rejectedSide?.turns ?? []) }

    /// A turn of `allTurns` as findings name it.
    func name(ofTurn index: Int) -> String {
        let role = allTurns[index].role.rawValue
        guard index >= turns.count else { return "turn \(index + 1) (\(role))" }
        return "turn \(index - turns.count + 1) of the rejected side by itself (\(role))"
    }
}

/// Which part of a row a rule looks at.
package enum RowPart: String, Sendable, CaseIterable {
    /// Every turn.
    case row

    /// What comes before the last answer.
    case prompt

    /// The last answer.
    case response

    /// The turns of the part.
    func turns(of example: Example) -> ArraySlice<Turn> {
        switch self {
        case .row: example.turns[...]
        case .prompt: example.promptTurns
        case .response: example.answerIndex.map { example.turns[$0...$0] } ?? []
        }
    }
}
