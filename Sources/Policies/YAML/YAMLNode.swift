/// A value of a YAML document, with the place where it begins.
struct YAMLNode: Sendable {
    /// What the value is.
    enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    var content: Content

    /// One-based.
    var line: Int

    /// One-based, in characters.
    var column: Int

    /// What the value is, in words for an error.
    var kind: String {
        switch content {
        case .scalar: "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
