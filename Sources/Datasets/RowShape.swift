import Moderation

/// How a row lays out what is said; told apart by its keys.
package enum RowShape: String, Sendable, Hashable, CaseIterable {
    /// `{"messages": [{"role": …, "content": …}, …]}`
    case chat

    /// `{"prompt": …, "completion": …}`
    case completion

    /// `{"instruction": …, "input": …, "output": …}`; `input` may be missing or empty.
    case instruction

    /// The keys that only rows of this shape have.
    ///
    /// A row with those of two shapes is refused: a trainer may read the one that was not judged. `input` and `system`
    /// are not among them, being too common as metadata.
    var keys: [StaticString] {
        switch self {
        case .chat: ["messages"]
        case .completion: ["prompt", "completion"]
        case .instruction: ["instruction", "output"]
        }
    }
}

/// Reads turns out of a parsed line.
struct RowReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let tape: JSONTape
    private static let keys = RowShape.allCases.map { ($0, $0.keys) }

    /// The row's shape and turns.
    func read() throws(RowFault) -> (RowShape, [Turn]) {
        guard tape.nodes[0].kind == .object else { throw RowFault(.notAnObject, at: 0, "the row is no JSON object") }
        var shapes: [RowShape] = []
        for (shape, keys) in RowReader.keys where keys.contains(where: { field($0, in: 0) != nil }) {
            shapes.append(shape)
        }
        guard let shape = shapes.first else {
            throw RowFault(
                .unknownShape, at: 0, "the row has none of the keys messages, prompt and instruction")
        }
        guard shapes.count == 1 else {
            throw RowFault(.unknownShape, at: 0, "the row has the keys of two shapes")
        }
        return switch shape {
        case .chat: (shape, try chat())
        case .completion:
            (
                shape,
                [
                    Turn(role: .user, text: try text("prompt", in: 0)),
                    Turn(role: .assistant, text: try text("completion", in: 0)),
                ]
            )
        case .instruction: (shape, try instruction())
        }
    }

    private func instruction() throws(RowFault) -> [Turn] {
        var turns: [Turn] = []
        if field("system", in: 0) != nil {
            let system = try text("system", in: 0, mayBeEmpty: true)
            if !system.isEmpty { turns.append(Turn(role: .system, text: system)) }
        }
        var prompt = try text("instruction", in: 0)
        if field("input", in: 0) != nil {
            let input = try text("input", in: 0, mayBeEmpty: true)
            if !input.isEmpty { prompt += "\n\n" + input }
        }
        turns.append(Turn(role: .user, text: prompt))
        turns.append(Turn(role: .assistant, text: try text("output", in: 0)))
        return turns
    }

    private func chat() throws(RowFault) -> [Turn] {
        guard let messages = field("messages", in: 0) else { return [] }
        let list = tape.nodes[messages]
        guard list.kind == .array else { throw RowFault(.wrongType, at: list.place, "messages is no array") }
        var turns: [Turn] = []
        turns.reserveCapacity(2)
        var child = messages + 1
        while child < Int(list.next) {
            let node = tape.nodes[child]
            let number = turns.count + 1
            guard node.kind == .object else {
                throw RowFault(.wrongType, at: node.place, "message \(number) is no object")
            }
            let name = try text("role", in: child, of: number)
            guard let role = Role(rawValue: name) else {
                throw RowFault(
                    .unknownRole, at: node.place,
                    "message \(number) has a role that is none of system, user, assistant and tool")
            }
            // A system prompt or a tool's answer may well be empty; what is to be learnt, or answered, may not.
            let mayBeEmpty = role == .system || role == .tool
            turns.append(Turn(role: role, text: try text("content", in: child, of: number, mayBeEmpty: mayBeEmpty)))
            child = Int(node.next)
        }
        guard turns.contains(where: { $0.role == .assistant }) else {
            throw RowFault(.noAssistantTurn, at: Int(list.start), "no message is the assistant's")
        }
        return turns
    }

    private func text(
        _ key: StaticString, in object: Int, of message: Int? = nil, mayBeEmpty: Bool = false
    ) throws(RowFault) -> String {
        func fault(_ code: DatasetFindingCode, at offset: Int, _ what: String) -> RowFault {
            RowFault(code, at: offset, "\(key)\(message.map { " of message \($0)" } ?? "") \(what)")
        }
        guard let index = field(key, in: object) else {
            throw fault(.missingField, at: tape.nodes[object].place, "is missing")
        }
        let node = tape.nodes[index]
        guard node.kind == .string || node.kind == .escapedString else {
            throw fault(.wrongType, at: node.place, "is no string")
        }
        let text = JSONText.string(bytes, node)
        // Almost every text has a byte that settles it.
        guard
            mayBeEmpty || text.utf8.contains(where: { (0x21...0x7E).contains($0) })
                || text.contains(where: { !$0.isWhitespace })
        else { throw fault(.emptyField, at: node.place, "is empty") }
        return text
    }

    /// The value of a key in an object, by its node.
    private func field(_ key: StaticString, in object: Int) -> Int? {
        var child = object + 1
        let end = Int(tape.nodes[object].next)
        while child < end {
            let node = tape.nodes[child]
            if node.kind == .string {
                let name = bytes[Int(node.start)..<Int(node.end)]
                let wanted = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
                if name.elementsEqual(wanted) { return child + 1 }
            } else if JSONText.unescaped(bytes, node)
                .elementsEqual(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
            {
                return child + 1
            }
            child = Int(tape.nodes[child + 1].next)
        }
        return nil
    }
}
