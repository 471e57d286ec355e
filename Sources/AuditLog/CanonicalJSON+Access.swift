extension CanonicalJSON {
    /// A member of an object.
    package subscript(_ name: String) -> CanonicalJSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// A text's value.
    package var text: String? { if case .string(let value) = self { value } else { nil } }

    /// A whole number's value.
    package var wholeNumber: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }

    /// A list's elements.
    package var list: [CanonicalJSON]? { if case .array(let value) = self { value } else { nil } }
}
