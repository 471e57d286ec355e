/// A value of a YAML document, with the place where it begins.
package struct YAMLNode: Sendable {
    /// What the value is.
    package enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    /// What it is.
    package var content: Content

    /// One-based.
    package var line: Int

    /// One-based, in characters.
    package var column: Int

    /// What the value is, in words for an error.
    var kind: String {
        switch content {
        case .scalar: "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
