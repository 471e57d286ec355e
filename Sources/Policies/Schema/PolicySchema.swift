/// The JSON Schema of policies and of rule files, for editors; made of the tables that the loader reads by.
package enum PolicySchema {
    /// The schema of a policy, as JSON of draft 2020-12 with a line feed at its end.
    package static var policy: String {
        document("Lethe policy", "What is done with customers' datasets.", PolicyKey.Mapping(keys: PolicyKey.policy))
    }

    /// The schema of a rule file.
    package static var ruleFile: String {
        document(
            "Lethe rule file", "Patterns that policies include.", PolicyKey.Mapping(keys: PolicyKey.ruleFile))
    }

    private static func document(_ title: String, _ description: String, _ mapping: PolicyKey.Mapping) -> String {
        let head: [(String, SchemaValue)] = [
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("title", .text(title)),
            ("description", .text(description)),
        ]
        return SchemaValue.object(head + members(of: mapping)).text + "\n"
    }

    private static func members(of mapping: PolicyKey.Mapping, type: String? = nil) -> [(String, SchemaValue)] {
        let properties = mapping.keys.map { key -> (String, SchemaValue) in
            if let type, key.name == "type" { return (key.name, .object([("const", .text(type))])) }
            var members = members(of: key.shape)
            if !key.note.isEmpty { members.insert(("description", .text(key.note)), at: 0) }
            return (key.name, .object(members))
        }
        var members: [(String, SchemaValue)] = [
            ("type", .text("object")), ("additionalProperties", .flag(false)),
        ]
        let required = mapping.keys.filter(\.isRequired).map { SchemaValue.text($0.name) }
        if !required.isEmpty { members.append(("required", .array(required))) }
        members += conditions("oneOf", mapping.exactlyOne) + conditions("anyOf", mapping.atLeastOne)
        members.append(("properties", .object(properties)))
        return members
    }

    private static func conditions(_ keyword: String, _ names: [String]) -> [(String, SchemaValue)] {
        guard !names.isEmpty else { return [] }
        return [(keyword, .array(names.map { .object([("required", .array([.text($0)]))]) }))]
    }

    private static func members(of shape: PolicyKey.Shape) -> [(String, SchemaValue)] {
        switch shape {
        // YAML reads `version: 1` as a number, and the loader takes it for a text.
        case .text:
            [("type", .array([.text("string"), .text("number"), .text("boolean")])), ("minLength", .number("1"))]
        case .flag: [("type", .text("boolean"))]
        case .date: [("type", .text("string")), ("format", .text("date"))]
        case .whole(let range):
            [
                ("type", .text("integer")), ("minimum", .number("\(range.lowerBound)")),
                ("maximum", .number("\(range.upperBound)")),
            ]
        case .number(let range):
            [
                ("type", .text("number")), ("minimum", .number("\(range.lowerBound)")),
                ("maximum", .number("\(range.upperBound)")),
            ]
        case .choice(let names): [("enum", .array(names.map(SchemaValue.text)))]
        case .list(let item, let isEmptyAllowed):
            [("type", .text("array"))] + (isEmptyAllowed ? [] : [("minItems", .number("1"))])
                + [("items", .object(members(of: item)))]
        case .mapping(let mapping): members(of: mapping)
        case .variants(let variants):
            // Told apart by `type`, so that an editor shows the faults of that type and not those of all others.
            [
                ("type", .text("object")), ("required", .array([.text("type")])),
                (
                    "properties",
                    .object([("type", .object([("enum", .array(variants.map { .text($0.type) }))]))])
                ),
                (
                    "allOf",
                    .array(
                        variants.map { variant in
                            .object([
                                (
                                    "if",
                                    .object([
                                        (
                                            "properties",
                                            .object([("type", .object([("const", .text(variant.type))]))])
                                        )
                                    ])
                                ),
                                ("then", .object(members(of: variant.mapping, type: variant.type))),
                            ])
                        })
                ),
            ]
        }
    }
}

/// A JSON value whose members keep their order.
private indirect enum SchemaValue {
    case text(String)
    case number(String)
    case flag(Bool)
    case array([SchemaValue])
    case object([(String, SchemaValue)])

    var text: String { lines(0) }

    private func lines(_ depth: Int) -> String {
        let indent = String(repeating: "  ", count: depth + 1)
        let end = "\n" + String(repeating: "  ", count: depth)
        switch self {
        case .text(let text): return SchemaValue.quoted(text)
        case .number(let number): return number
        case .flag(let flag): return flag ? "true" : "false"
        case .array(let items):
            let isFlat = items.allSatisfy { if case .text = $0 { true } else { false } }
            if isFlat { return "[" + items.map { $0.lines(0) }.joined(separator: ", ") + "]" }
            return "[\n" + items.map { indent + $0.lines(depth + 1) }.joined(separator: ",\n") + end + "]"
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let parts = members.map { "\(indent)\(SchemaValue.quoted($0.0)): \($0.1.lines(depth + 1))" }
            return "{\n" + parts.joined(separator: ",\n") + end + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{00}"..."\u{1F}":
                quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
