import ForgetFilter

extension PolicyLoader {
    /// Reads a rule that scores rows by what the model makes of them.
    static func readForgetFilter(
        _ node: YAMLNode, _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> ForgetFilterRule? {
        let keys = ForgetFilterKey.all
        let values = reader.mapping(node, RuleType.forgetFilter.mapping.keys)
        var settings = ForgetFilterSettings()
        for key in keys {
            if let node = values[key.name] { key.read(node, into: &settings, &reader) }
        }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        return ForgetFilterRule(id: id, action: action, settings: settings)
    }
}
