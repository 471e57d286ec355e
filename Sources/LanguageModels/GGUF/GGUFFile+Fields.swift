extension GGUFFile {
    /// The non-negative integer at `key`, of any width, or `nil` if there is no such key.
    package func optionalUInt(_ key: String) throws(GGUFError) -> Int? {
        switch metadata[key] {
        case nil: return nil
        case .unsigned(let value): if let value = Int(exactly: value) { return value }
        case .signed(let value): if value >= 0 { return Int(value) }
        default: break
        }
        throw wrongType(key, "a non-negative integer")
    }

    /// The non-negative integer at `key`, of any width.
    package func requireUInt(_ key: String) throws(GGUFError) -> Int {
        guard let value = try optionalUInt(key) else { throw missing(key) }
        return value
    }

    /// The float at `key`, or `nil` if there is no such key.
    package func optionalFloat(_ key: String) throws(GGUFError) -> Double? {
        switch metadata[key] {
        case nil: return nil
        case .float(let value): return value
        default: throw wrongType(key, "a float")
        }
    }

    /// The float at `key`.
    package func requireFloat(_ key: String) throws(GGUFError) -> Double {
        guard let value = try optionalFloat(key) else { throw missing(key) }
        return value
    }

    /// The bool at `key`, or `nil` if there is no such key.
    package func optionalBool(_ key: String) throws(GGUFError) -> Bool? {
        switch metadata[key] {
        case nil: return nil
        case .bool(let value): return value
        default: throw wrongType(key, "a bool")
        }
    }

    /// The text at `key`, or `nil` if there is no such key.
    package func optionalString(_ key: String) throws(GGUFError) -> String? {
        switch metadata[key] {
        case nil: return nil
        case .string(let value): if let text = value.text { return text }
        default: break
        }
        throw wrongType(key, "a string in UTF-8")
    }

    /// The text at `key`.
    package func requireString(_ key: String) throws(GGUFError) -> String {
        guard let value = try optionalString(key) else { throw missing(key) }
        return value
    }

    /// The array of strings at `key`.
    package func requireStrings(_ key: String) throws(GGUFError) -> GGUFStringArray {
        guard let value = metadata[key] else { throw missing(key) }
        guard case .strings(let array) = value else { throw wrongType(key, "an array of strings") }
        return array
    }

    /// The array of numbers or bools at `key`.
    package func requireScalars(_ key: String) throws(GGUFError) -> GGUFScalarArray {
        guard let value = metadata[key] else { throw missing(key) }
        guard case .scalars(let array) = value else { throw wrongType(key, "an array of numbers") }
        return array
    }

    private func missing(_ key: String) -> GGUFError {
        GGUFError(
            .missingField, "the model has no metadata '\(key)'", remedy: "Use a model of a supported architecture",
            path: path)
    }

    private func wrongType(_ key: String, _ expected: String) -> GGUFError {
        let found = metadata[key]?.kindName ?? "nothing"
        return GGUFError(
            .wrongFieldType, "metadata '\(key)' is not \(expected) (found: \(found))",
            remedy: "Use a model of a supported architecture", path: path)
    }
}
