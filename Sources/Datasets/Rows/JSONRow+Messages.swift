import Moderation

extension JSONRow {
    /// The turns of a list of messages, each `role` and `content` or `from` and `value`.
    mutating func messages(_ index: Int, _ column: RowColumn) throws(RowFault) -> [Turn] {
        let list = tape.nodes[index]
        guard list.kind == .array else { throw RowFault(.wrongType, at: list.place, "\(column.rawValue) is no array") }
        var turns: [Turn] = []
        turns.reserveCapacity(2)
        var child = index + 1
        while child < Int(list.next) {
            turns.append(try message(child, number: turns.count + 1))
            child = Int(tape.nodes[child].next)
        }
        return turns
    }

    /// The turn of a message.
    mutating func message(_ object: Int, number: Int) throws(RowFault) -> Turn {
        let node = tape.nodes[object]
        guard node.kind == .object else { throw RowFault(.wrongType, at: node.place, "message \(number) is no object") }
        let speaker = field("role", in: object)
        let from = field("from", in: object)
        guard speaker == nil || from == nil else {
            throw RowFault(.unknownRole, at: node.place, "message \(number) has both role and from")
        }
        guard let name = speaker ?? from else {
            throw RowFault(.missingField, at: node.place, "role of message \(number) is missing")
        }
        guard let role = names.names.role(try text(name, "role of message \(number)", mayBeEmpty: false)) else {
            throw RowFault(
                .unknownRole, at: node.place,
                "message \(number) has a role that is none of system, user, assistant, "
                    + "tool and the names for them")
        }
        guard !isGiven("content", in: object) || !isGiven("value", in: object) else {
            // A trainer may put the one in place of the other.
            throw RowFault(.unknownShape, at: node.place, "message \(number) has both content and value")
        }
        let others = otherParts
        var pieces = role == .assistant ? try learntFields(object, number) : []
        let calls = try toolCalls(object, number)
        let content = field(speaker == nil ? "value" : "content", in: object)
        if let content, tape.nodes[content].kind != .null || pieces.isEmpty && calls.isEmpty {
            let text = try contentText(content, number)
            if !text.isEmpty { pieces.append(text) }
        } else if content == nil, pieces.isEmpty, calls.isEmpty {
            throw RowFault(.missingField, at: node.place, "content of message \(number) is missing")
        }
        pieces += calls
        let text = pieces.joined(separator: "\n\n")
        // A system prompt or a tool's answer may well be empty; what is to be learnt, or answered, may not. A question
        // may be an image alone.
        guard
            role == .system || role == .tool || text.saysSomething || role == .user && otherParts > others
        else {
            throw RowFault(
                .emptyField, at: content.map { tape.nodes[$0].place } ?? node.place,
                "content of message \(number) is empty")
        }
        return Turn(role: role, text: text)
    }

    /// A message's content: a string, or a list of parts whose texts a model reads one after another.
    private mutating func contentText(_ index: Int, _ number: Int) throws(RowFault) -> String {
        let node = tape.nodes[index]
        guard node.kind == .array else { return try text(index, "content of message \(number)", mayBeEmpty: true) }
        var all = ""
        var child = index + 1
        while child < Int(node.next) {
            let part = tape.nodes[child]
            switch part.kind {
            case .string, .escapedString: all += JSONText.string(bytes, part)
            case .object:
                all += try partText(child, number)
            default: throw RowFault(.wrongType, at: part.place, "a part of message \(number) is no object")
            }
            child = Int(part.next)
        }
        return all
    }

    /// The text of a part; empty where it has none, such as an image, which is counted.
    private mutating func partText(_ object: Int, _ number: Int) throws(RowFault) -> String {
        let name = "a part's text of message \(number)"
        guard let type = field("type", in: object) else {
            throw RowFault(.missingField, at: tape.nodes[object].place, "a part's type of message \(number) is missing")
        }
        // Templates differ in whether they go by the type or by the field: only one of them may hold a text.
        let given = (["text", "refusal", "thinking"] as [StaticString]).filter { isGiven($0, in: object) }
        let key: StaticString
        switch try text(type, "a part's type of message \(number)", mayBeEmpty: false) {
        case "text", "input_text", "output_text": key = "text"
        case "refusal": key = "refusal"
        case "thinking": key = "thinking"
        default:
            otherParts += 1
            guard let first = given.first else { return "" }
            key = first
        }
        guard given.count < 2 else {
            throw RowFault(.unknownShape, at: tape.nodes[object].place, "a part of message \(number) has two texts")
        }
        guard let value = field(key, in: object) else {
            throw RowFault(.missingField, at: tape.nodes[object].place, "\(name) is missing")
        }
        return try text(value, name, mayBeEmpty: true)
    }

    /// What an assistant's message says beside its content.
    private func learntFields(_ object: Int, _ number: Int) throws(RowFault) -> [String] {
        var pieces: [String] = []
        for key: StaticString in ["reasoning_content", "reasoning", "thinking", "refusal"] {
            guard let value = field(key, in: object), tape.nodes[value].kind != .null else { continue }
            let text = try text(value, "\(key) of message \(number)", mayBeEmpty: true)
            if !text.isEmpty { pieces.append(text) }
        }
        return pieces
    }
}
