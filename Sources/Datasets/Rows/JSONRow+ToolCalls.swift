import Moderation

extension JSONRow {
    /// The text of each call that a message makes: the function's name, a line feed and its arguments, which a model
    /// learns to write.
    ///
    /// They are as OpenAI's API has them: `tool_calls`, and the older `function_call`.
    func toolCalls(_ object: Int, _ number: Int) throws(RowFault) -> [String] {
        var calls: [String] = []
        if let call = field("function_call", in: object), tape.nodes[call].kind != .null {
            calls.append(try toolCall(call, number))
        }
        guard let list = field("tool_calls", in: object), tape.nodes[list].kind != .null else { return calls }
        guard tape.nodes[list].kind == .array else {
            throw RowFault(.wrongType, at: tape.nodes[list].place, "tool_calls of message \(number) is no array")
        }
        var child = list + 1
        while child < Int(tape.nodes[list].next) {
            calls.append(try toolCall(child, number))
            child = Int(tape.nodes[child].next)
        }
        return calls
    }

    /// Keys of a call that are read, those beside them that say nothing, and those that hold the call.
    private static let readKeys: Set<String> = ["name", "arguments", "parameters", "input"]
    private static let metadataKeys: Set<String> = ["id", "type", "index"]
    private static let kindKeys: Set<String> = ["function", "custom"]

    private func toolCall(_ index: Int, _ number: Int) throws(RowFault) -> String {
        let name = "a tool call of message \(number)"
        guard tape.nodes[index].kind == .object else {
            throw RowFault(.wrongType, at: tape.nodes[index].place, "\(name) is no object")
        }
        let inner = [field("function", in: index), field("custom", in: index)].compactMap { $0 }
            .filter { tape.nodes[$0].kind == .object }
        guard inner.count < 2 else {
            throw RowFault(.unknownShape, at: tape.nodes[index].place, "\(name) is of two kinds")
        }
        let call = inner.first ?? index
        var pieces: [String] = []
        for key: StaticString in ["name", "arguments", "parameters", "input"] {
            guard let value = field(key, in: call), tape.nodes[value].kind != .null else { continue }
            pieces.append(written(value))
        }
        guard !pieces.isEmpty else {
            throw RowFault(.missingField, at: tape.nodes[index].place, "\(name) has neither name nor arguments")
        }
        // Some templates write the whole object, so that whatever else stands in it is learnt as well.
        let isWhole =
            call == index
            ? keys(of: call).isSubset(of: Self.readKeys.union(Self.metadataKeys))
            : keys(of: call).isSubset(of: Self.readKeys)
                && keys(of: index).subtracting(Self.kindKeys).isSubset(of: Self.metadataKeys)
                && keys(of: index).intersection(Self.kindKeys).count == 1
        guard isWhole else { return written(index) }
        return pieces.joined(separator: "\n")
    }

    /// A string's text, or any other value as it is written, but with the escapes in its strings resolved.
    private func written(_ index: Int) -> String {
        let node = tape.nodes[index]
        if node.kind == .string || node.kind == .escapedString { return JSONText.string(bytes, node) }
        var text: [UInt8] = []
        var place = Int(node.start)
        for inner in tape.nodes[index..<Int(node.next)] where inner.kind == .escapedString {
            text += bytes[place..<Int(inner.start)]
            text += JSONText.unescaped(bytes, inner)
            place = Int(inner.end)
        }
        text += bytes[place..<Int(node.end)]
        return String(decoding: text, as: UTF8.self)
    }
}
