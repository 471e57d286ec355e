import Glibc
import Moderation

/// Names of fields as bytes, which rows are searched for.
struct FieldNames: Sendable {
    let names: RowNames
    /// By the order of `RowColumn.allCases`.
    fileprivate let columns: [[UInt8]]
    /// Usual names that a mapping has replaced: a row that has them too could be read in two ways.
    fileprivate let replaced: [[UInt8]]

    init(_ names: RowNames) {
        self.names = names
        columns = RowColumn.allCases.map { Array(names.name(of: $0).utf8) }
        let taken = Set(RowColumn.allCases.map(names.name))
        replaced = RowColumn.allCases.map(\.rawValue).filter { !taken.contains($0) }.map { Array($0.utf8) }
    }

    /// The field with a name, as the customer writes it.
    func column(_ name: some Collection<UInt8>) -> RowColumn? {
        columns.firstIndex { $0.count == name.count && $0.elementsEqual(name) }.map { RowColumn.allCases[$0] }
    }

    /// Whether a name is the usual one of a field that has another here.
    func isReplaced(_ name: some Collection<UInt8>) -> Bool {
        replaced.contains { $0.count == name.count && $0.elementsEqual(name) }
    }
}

/// The fields of a row that is a JSON object.
struct JSONRow: RowFields {
    let bytes: UnsafeBufferPointer<UInt8>
    let tape: JSONTape
    let names: FieldNames
    /// Nodes of the values of known fields, 0 where there is none.
    private var values = InlineArray<11, Int32>(repeating: 0)
    var otherParts = 0

    /// Finds the fields of the object that a tape holds.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ tape: JSONTape, _ names: FieldNames) throws(RowFault) {
        guard tape.nodes[0].kind == .object else { throw RowFault(.notAnObject, at: 0, "the row is no JSON object") }
        self.init(bytes, tape, names, object: 0)
        var child = 1
        while child < tape.nodes.count {
            if let column = column(of: child) {
                values[column.index] = Int32(child + 1)
            } else if !names.replaced.isEmpty, isReplaced(child) {
                throw RowFault(
                    .unknownShape, at: tape.nodes[child].place,
                    "the row has a field under its usual name, which the policy's columns replace")
            }
            child = Int(tape.nodes[child + 1].next)
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ tape: JSONTape, _ names: FieldNames, object: Int) {
        self.bytes = bytes
        self.tape = tape
        self.names = names
    }

    /// A list of messages that stands by itself, as in a cell of a table.
    static func conversation(
        _ bytes: UnsafeBufferPointer<UInt8>, _ tape: JSONTape, _ names: FieldNames, _ column: RowColumn
    ) throws(RowFault) -> (turns: [Turn], otherParts: Int) {
        var row = JSONRow(bytes, tape, names, object: 0)
        let turns = try row.messages(0, column)
        return (turns, row.otherParts)
    }

    private func column(of key: Int) -> RowColumn? {
        let node = tape.nodes[key]
        guard node.kind == .string else { return names.column(JSONText.unescaped(bytes, node)) }
        return names.column(bytes[Int(node.start)..<Int(node.end)])
    }

    private func isReplaced(_ key: Int) -> Bool { names.isReplaced(JSONText.unescaped(bytes, tape.nodes[key])) }

    private func value(_ column: RowColumn) -> Int? {
        let value = values[column.index]
        return value == 0 ? nil : Int(value)
    }

    func has(_ column: RowColumn) -> Bool { values[column.index] != 0 }

    func isGiven(_ column: RowColumn) -> Bool { value(column).map { tape.nodes[$0].kind != .null } ?? false }

    func place(of column: RowColumn) -> Int? { value(column).map { tape.nodes[$0].place } }

    func text(_ column: RowColumn, mayBeEmpty: Bool) throws(RowFault) -> String {
        guard let value = value(column) else { throw RowFault(.missingField, at: 0, "\(column.rawValue) is missing") }
        return try text(value, column.rawValue, mayBeEmpty: mayBeEmpty)
    }

    mutating func conversation(_ column: RowColumn) throws(RowFault) -> [Turn] {
        guard let value = value(column) else { throw RowFault(.missingField, at: 0, "\(column.rawValue) is missing") }
        return try messages(value, column)
    }

    mutating func side(_ column: RowColumn, role: Role, mayBeEmpty: Bool) throws(RowFault) -> [Turn] {
        guard let value = value(column) else { throw RowFault(.missingField, at: 0, "\(column.rawValue) is missing") }
        switch tape.nodes[value].kind {
        case .array: return try messages(value, column)
        case .object: return [try message(value, number: 1)]
        default: return [Turn(role: role, text: try text(value, column.rawValue, mayBeEmpty: mayBeEmpty))]
        }
    }

    /// A string's text.
    func text(_ index: Int, _ name: @autoclosure () -> String, mayBeEmpty: Bool) throws(RowFault) -> String {
        let node = tape.nodes[index]
        guard node.kind == .string || node.kind == .escapedString else {
            throw RowFault(.wrongType, at: node.place, "\(name()) is no string")
        }
        let text = JSONText.string(bytes, node)
        guard mayBeEmpty || text.saysSomething else {
            throw RowFault(.emptyField, at: node.place, "\(name()) is empty")
        }
        return text
    }

    /// The value of a key in an object, by its node.
    func field(_ key: StaticString, in object: Int) -> Int? {
        let wanted = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        var child = object + 1
        let end = Int(tape.nodes[object].next)
        while child < end {
            let node = tape.nodes[child]
            if node.kind == .string {
                let length = Int(node.end) - Int(node.start)
                if length == wanted.count, let start = bytes.baseAddress,
                    memcmp(start + Int(node.start), key.utf8Start, length) == 0
                {
                    return child + 1
                }
            } else if JSONText.unescaped(bytes, node).elementsEqual(wanted) {
                return child + 1
            }
            child = Int(tape.nodes[child + 1].next)
        }
        return nil
    }

    /// The keys of an object.
    func keys(of object: Int) -> Set<String> {
        var keys: Set<String> = []
        var child = object + 1
        while child < Int(tape.nodes[object].next) {
            keys.insert(JSONText.string(bytes, tape.nodes[child]))
            child = Int(tape.nodes[child + 1].next)
        }
        return keys
    }

    /// Whether an object has a key with a value other than null.
    func isGiven(_ key: StaticString, in object: Int) -> Bool {
        field(key, in: object).map { tape.nodes[$0].kind != .null } ?? false
    }
}

extension RowColumn {
    /// The position in `allCases`.
    var index: Int {
        switch self {
        case .messages: 0
        case .conversations: 1
        case .prompt: 2
        case .completion: 3
        case .instruction: 4
        case .input: 5
        case .output: 6
        case .system: 7
        case .text: 8
        case .chosen: 9
        case .rejected: 10
        }
    }
}

extension String {
    /// Whether something else than white space stands in it.
    var saysSomething: Bool {
        // Almost every text has a byte that settles it.
        utf8.contains(where: { (0x21...0x7E).contains($0) }) || contains(where: { !$0.isWhitespace })
    }
}
