import Moderation

extension PolicyLoader {
    /// Reads limits of a dataset, and how its rows are read.
    static func readDataset(_ node: YAMLNode, into dataset: inout DatasetPolicy, _ reader: inout YAMLReader) {
        let values = reader.mapping(node, PolicyKey.dataset)
        if let node = values["maximum_bytes"], let value = reader.integer(node, in: 1...Int(1 << 40)) {
            dataset.maximumBytes = value
        }
        if let node = values["maximum_line_bytes"], let value = reader.integer(node, in: 1...Int(1 << 26)) {
            dataset.maximumLineBytes = value
        }
        if let node = values["reject_when"] {
            let values = reader.mapping(node, PolicyKey.rejection)
            if let node = values["quarantined_fraction_above"] {
                dataset.rejectAboveQuarantinedFraction = reader.number(node, in: 0...1)
            }
        }
        if let node = values["columns"] { dataset.names.columns = readColumns(node, &reader) }
        if let node = values["roles"] { dataset.names.roles = readRoles(node, &reader) }
        if let node = values["other_content"], let value = reader.choice(node, of: Action.self) {
            dataset.otherContent = value
        }
        if let node = values["judge_rejected"], let value = reader.choice(node, of: DatasetPolicy.RejectedSide.self) {
            dataset.rejectedSide = value
        }
    }

    /// What the customer calls fields; no name stands for two of them.
    private static func readColumns(_ node: YAMLNode, _ reader: inout YAMLReader) -> [RowColumn: String] {
        let values = reader.mapping(node, PolicyKey.columns)
        var names = RowNames()
        for column in RowColumn.allCases {
            if let node = values[column.rawValue], let name = reader.string(node) { names.columns[column] = name }
        }
        for column in RowColumn.allCases {
            guard let node = values[column.rawValue], let name = names.columns[column] else { continue }
            if RowColumn.allCases.contains(where: { $0 != column && names.name(of: $0) == name }) {
                reader.report(.outOfRange, "two fields have the name `\(name)`", at: node)
            }
        }
        return names.columns
    }

    /// Whose turns the customer's names of roles stand for.
    private static func readRoles(_ node: YAMLNode, _ reader: inout YAMLReader) -> [String: Role] {
        guard case .mapping(let pairs) = node.content else {
            reader.report(.wrongType, "a mapping is expected here, not \(node.kind)", at: node)
            return [:]
        }
        var roles: [String: Role] = [:]
        for (key, value) in pairs {
            guard let name = reader.string(key), let role = reader.choice(value, of: Role.self) else { continue }
            if roles.updateValue(role, forKey: name) != nil {
                reader.report(.duplicateKey, "the key `\(name)` stands twice", at: key)
            }
        }
        return roles
    }
}
