/// The fields of a row that say something to a model.
package enum RowColumn: String, Sendable, Hashable, CaseIterable {
    case messages
    case conversations
    case prompt
    case completion
    case instruction
    case input
    case output
    case system
    case text
    case chosen
    case rejected
}

/// What a customer calls the fields and the roles of a row, where it is not the usual.
package struct RowNames: Sendable, Hashable {
    /// The customer's names of fields; a field that is not here has its usual name.
    package var columns: [RowColumn: String] = [:]

    /// The customer's names of roles, beside the usual ones.
    package var roles: [String: Role] = [:]

    /// Creates the usual names.
    package init() {}

    /// The name of a field.
    package func name(of column: RowColumn) -> String { columns[column] ?? column.rawValue }

    /// Whose turn a role's name stands for; `nil` if it is unknown.
    package func role(_ name: String) -> Role? { roles[name] ?? RowNames.usualRoles[name] }

    /// The names that OpenAI's, Hugging Face's and ShareGPT's rows use.
    private static let usualRoles: [String: Role] = [
        "system": .system, "developer": .system,
        "user": .user, "human": .user,
        "assistant": .assistant, "gpt": .assistant, "chatgpt": .assistant, "model": .assistant,
        "function_call": .assistant,
        "tool": .tool, "function": .tool, "observation": .tool, "function_response": .tool,
    ]
}
