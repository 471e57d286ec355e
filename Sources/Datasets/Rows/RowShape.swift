import Moderation

/// How a row lays out what is said; told apart by its fields.
package enum RowShape: String, Sendable, Hashable, CaseIterable {
    /// `{"messages": [{"role": …, "content": …}, …]}`
    case chat

    /// `{"conversations": [{"from": …, "value": …}, …]}`
    case conversations

    /// `{"prompt": …, "completion": …}`
    case completion

    /// `{"instruction": …, "input": …, "output": …}`; `input` may be missing or empty.
    case instruction

    /// `{"prompt": …, "chosen": …, "rejected": …}`; the prompt may be part of both sides instead.
    case preference

    /// `{"text": …}`
    case text

    /// The shape of a row that has the fields for which `has` is true.
    ///
    /// A row with those of two shapes is refused: a trainer may read the one that was not judged. `input` and `system`
    /// tell nothing, being too common as metadata.
    init(_ has: (RowColumn) -> Bool) throws(RowFault) {
        var shapes: [RowShape] = []
        if has(.chosen) || has(.rejected) {
            shapes.append(.preference)
            // What stands before both sides is laid out in one of these ways.
            let contexts = [RowColumn.prompt, .messages, .conversations, .instruction].filter(has)
            if contexts.count > 1 || has(.completion) || has(.output) || has(.text) { shapes.append(.text) }
        } else {
            if has(.messages) { shapes.append(.chat) }
            if has(.conversations) { shapes.append(.conversations) }
            if has(.prompt) || has(.completion) { shapes.append(.completion) }
            if has(.instruction) || has(.output) { shapes.append(.instruction) }
            if has(.text) { shapes.append(.text) }
        }
        guard let shape = shapes.first else {
            throw RowFault(
                .unknownShape, at: 0,
                "the row has none of the fields messages, conversations, prompt, instruction, chosen and text")
        }
        guard shapes.count == 1 else { throw RowFault(.unknownShape, at: 0, "the row has the fields of two shapes") }
        self = shape
    }
}

/// What a row says.
struct RowContent {
    var shape: RowShape
    var turns: [Turn]
    var rejected: [Turn]?
    /// Parts of its messages that are no text, such as images.
    var otherParts = 0
}

/// A row's fields, however they are written.
protocol RowFields {
    /// Whether the row has a field.
    func has(_ column: RowColumn) -> Bool

    /// A field's text.
    func text(_ column: RowColumn, mayBeEmpty: Bool) throws(RowFault) -> String

    /// A list of messages.
    mutating func conversation(_ column: RowColumn) throws(RowFault) -> [Turn]

    /// One side of a preference pair, or what stands before both: a text, whose speaker is `role`, or messages.
    mutating func side(_ column: RowColumn, role: Role, mayBeEmpty: Bool) throws(RowFault) -> [Turn]

    /// Whether an optional field is there and is not null.
    func isGiven(_ column: RowColumn) -> Bool

    /// The offset of a field's value in the row, where it can be told.
    func place(of column: RowColumn) -> Int?

    /// Parts of messages that are no text, met so far.
    var otherParts: Int { get }
}

extension RowFields {
    /// Reads what the row says.
    mutating func content() throws(RowFault) -> RowContent {
        let shape = try RowShape(has)
        var rejected: [Turn]?
        let turns: [Turn]
        switch shape {
        case .chat: turns = try spoken(system() + conversation(.messages), .messages)
        case .conversations: turns = try spoken(system() + conversation(.conversations), .conversations)
        case .completion:
            turns =
                try system() + [
                    Turn(role: .user, text: text(.prompt, mayBeEmpty: false)),
                    Turn(role: .assistant, text: text(.completion, mayBeEmpty: false)),
                ]
        case .instruction:
            turns =
                try system() + [
                    instruction(), Turn(role: .assistant, text: text(.output, mayBeEmpty: false)),
                ]
        case .text: turns = try system() + [Turn(role: .assistant, text: text(.text, mayBeEmpty: false))]
        case .preference:
            let context = try context()
            turns = try joined(context, answer(.chosen, mayBeEmpty: false))
            // An empty answer may well be the worse one; it says nothing that could be judged.
            let side = try joined(context, answer(.rejected, mayBeEmpty: true))
            rejected = side.last?.text.isEmpty == true ? Array(side.dropLast()) : side
        }
        return RowContent(shape: shape, turns: turns, rejected: rejected, otherParts: otherParts)
    }

    private func system() throws(RowFault) -> [Turn] {
        guard isGiven(.system) else { return [] }
        let system = try text(.system, mayBeEmpty: true)
        return system.isEmpty ? [] : [Turn(role: .system, text: system)]
    }

    private func instruction() throws(RowFault) -> Turn {
        var prompt = try text(.instruction, mayBeEmpty: false)
        if isGiven(.input) {
            let input = try text(.input, mayBeEmpty: true)
            if !input.isEmpty { prompt += "\n\n" + input }
        }
        return Turn(role: .user, text: prompt)
    }

    /// What stands before both sides of a preference pair.
    private mutating func context() throws(RowFault) -> [Turn] {
        var turns = try system()
        if has(.prompt) { turns += try side(.prompt, role: .user, mayBeEmpty: true) }
        if has(.messages) { turns += try conversation(.messages) }
        if has(.conversations) { turns += try conversation(.conversations) }
        if has(.instruction) { turns.append(try instruction()) }
        return turns.filter { !$0.text.isEmpty }
    }

    /// One side of a pair, which a model learns whole: what it ends in is what is judged as its answer.
    private mutating func answer(_ column: RowColumn, mayBeEmpty: Bool) throws(RowFault) -> [Turn] {
        let turns = try side(column, role: .assistant, mayBeEmpty: mayBeEmpty)
        guard let last = turns.last, last.role == .assistant else {
            throw RowFault(
                .noAssistantTurn, at: place(of: column), "\(column.rawValue) does not end in a turn of the assistant")
        }
        return turns
    }

    /// A side may repeat what stands before it.
    private func joined(_ context: [Turn], _ side: [Turn]) -> [Turn] {
        side.count > context.count && side.starts(with: context) ? side : context + side
    }

    private func spoken(_ turns: [Turn], _ column: RowColumn) throws(RowFault) -> [Turn] {
        guard turns.contains(where: { $0.role == .assistant }) else {
            throw RowFault(.noAssistantTurn, at: place(of: column), "no message is the assistant's")
        }
        return turns
    }
}
