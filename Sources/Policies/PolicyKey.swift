/// A key of a mapping in a policy or rule file: its name and what its value may be.
///
/// The loader, its suggestions and the JSON Schema all read such tables. Each kind of rule declares its own.
package struct PolicyKey: Sendable {
    /// What a value may be.
    package indirect enum Shape: Sendable {
        case text
        case flag
        /// A day, as 2027-01-31.
        case date
        case whole(ClosedRange<UInt64>)
        case number(ClosedRange<Double>)
        case choice([String])
        /// A list; whether it may be empty.
        case list(Shape, isEmptyAllowed: Bool = false)
        case mapping(Mapping)
        /// A mapping from names of the policy's own to values of one shape.
        case names(Shape)
        /// A mapping whose key `type` tells which of several it is.
        case variants([(type: String, mapping: Mapping)])
    }

    /// What a mapping holds.
    package struct Mapping: Sendable {
        package var keys: [PolicyKey]
        /// Keys of which exactly one must stand there.
        package var exactlyOne: [String] = []
        /// Keys of which at least one must stand there.
        package var atLeastOne: [String] = []
    }

    /// The key.
    package let name: String
    package let shape: Shape
    package let isRequired: Bool
    /// What it is for, in one sentence for an editor.
    package let note: String

    init(_ name: String, _ shape: Shape, required: Bool = false, _ note: String = "") {
        self.name = name
        self.shape = shape
        isRequired = required
        self.note = note
    }

    /// A choice among an enumeration's values.
    static func choice<T: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: T.Type, required: Bool = false, _ note: String = ""
    ) -> PolicyKey {
        PolicyKey(name, .choice(type.allCases.map(\.rawValue)), required: required, note)
    }

    /// A list of an enumeration's values.
    static func choices<T: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: T.Type, _ note: String = ""
    ) -> PolicyKey {
        PolicyKey(name, .list(.choice(type.allCases.map(\.rawValue))), note)
    }
}

extension YAMLReader {
    /// A mapping's values by key; what its table does not name or requires is a fault.
    mutating func mapping(_ node: YAMLNode, _ keys: [PolicyKey]) -> [String: YAMLNode] {
        mapping(node, keys: keys.map(\.name), required: keys.filter(\.isRequired).map(\.name))
    }

    /// A list of at least one item.
    mutating func filledList(_ node: YAMLNode, _ message: String) -> [YAMLNode] {
        let items = list(node)
        if case .sequence = node.content, items.isEmpty { report(.outOfRange, message, at: node) }
        return items
    }
}
