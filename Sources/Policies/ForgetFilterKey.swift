import ForgetFilter

/// A key of a `forget_filter` rule: its name in a policy, where its value goes, and what it may be.
///
/// The loader, its suggestions and the documentation's test all read this one table.
package struct ForgetFilterKey {
    /// What the value is, where it goes and its range.
    enum Target {
        case integer(WritableKeyPath<ForgetFilterSettings, Int>, ClosedRange<Int>)
        case number(WritableKeyPath<ForgetFilterSettings, Double>, ClosedRange<Double>)
        case flag(WritableKeyPath<ForgetFilterSettings, Bool>)
        case seed(WritableKeyPath<ForgetFilterSettings, UInt64>)
        case score(WritableKeyPath<ForgetFilterSettings, ForgetFilterSettings.Score>)
        case method(WritableKeyPath<ForgetFilterSettings, ForgetFilterSettings.Method>)
        case uncovered(WritableKeyPath<ForgetFilterSettings, ForgetFilterSettings.Uncovered>)
    }

    /// The key.
    package let name: String
    let target: Target

    /// Every key but those that all rules have.
    package static var all: [ForgetFilterKey] {
        let epochs = 0...1000
        let rate = 1e-8...1.0
        return [
            ForgetFilterKey(name: "method", target: .method(\.method)),
            ForgetFilterKey(name: "false_discovery_rate", target: .number(\.falseDiscoveryRate, 0.0001...0.5)),
            ForgetFilterKey(
                name: "local_false_discovery_rate", target: .number(\.localFalseDiscoveryRate, 0...0.9)),
            ForgetFilterKey(name: "forgetting_weight", target: .number(\.forgettingWeight, 0...10)),
            ForgetFilterKey(name: "forgetting_rows", target: .integer(\.forgettingRows, 20...1_000_000)),
            ForgetFilterKey(name: "when_uncovered", target: .uncovered(\.whenUncovered)),
            ForgetFilterKey(name: "feature_layer", target: .integer(\.featureLayer, 1...1000)),
            ForgetFilterKey(name: "window_tokens", target: .integer(\.windowTokens, 8...4096)),
            ForgetFilterKey(name: "prompt_tokens", target: .integer(\.promptTokens, 8...4096)),
            ForgetFilterKey(name: "score", target: .score(\.score)),
            ForgetFilterKey(name: "threshold", target: .number(\.threshold, -100...100)),
            ForgetFilterKey(name: "layers", target: .integer(\.layers, 1...1000)),
            ForgetFilterKey(name: "rank", target: .integer(\.rank, 1...256)),
            ForgetFilterKey(name: "alpha", target: .number(\.alpha, 0.001...10_000)),
            ForgetFilterKey(name: "align_epochs", target: .integer(\.alignEpochs, epochs)),
            ForgetFilterKey(name: "custom_epochs", target: .integer(\.customEpochs, epochs)),
            ForgetFilterKey(name: "safety_epochs", target: .integer(\.safetyEpochs, epochs)),
            ForgetFilterKey(name: "align_learning_rate", target: .number(\.alignLearningRate, rate)),
            ForgetFilterKey(name: "custom_learning_rate", target: .number(\.customLearningRate, rate)),
            ForgetFilterKey(name: "safety_learning_rate", target: .number(\.safetyLearningRate, rate)),
            ForgetFilterKey(name: "batch_rows", target: .integer(\.batchRows, 1...1024)),
            ForgetFilterKey(name: "response_tokens", target: .integer(\.responseTokens, 1...8192)),
            ForgetFilterKey(name: "maximum_tokens", target: .integer(\.maximumTokens, 16...8192)),
            ForgetFilterKey(name: "minimum_examples", target: .integer(\.minimumExamples, 1...1_000_000)),
            ForgetFilterKey(
                name: "minimum_reference_examples", target: .integer(\.minimumReferenceExamples, 1...1_000_000)),
            ForgetFilterKey(name: "control_subtraction", target: .flag(\.controlSubtraction)),
            ForgetFilterKey(name: "seed", target: .seed(\.seed)),
        ]
    }

    /// Reads the value into the settings, or records why it cannot be.
    func read(_ node: YAMLNode, into settings: inout ForgetFilterSettings, _ reader: inout YAMLReader) {
        switch target {
        case .integer(let path, let range):
            if let value = reader.integer(node, in: range) { settings[keyPath: path] = value }
        case .number(let path, let range):
            if let value = reader.number(node, in: range) { settings[keyPath: path] = value }
        case .flag(let path):
            if let value = reader.bool(node) { settings[keyPath: path] = value }
        case .seed(let path):
            if let value: UInt64 = reader.integer(node, in: 0...UInt64.max) { settings[keyPath: path] = value }
        case .score(let path):
            if let value = reader.choice(node, of: ForgetFilterSettings.Score.self) { settings[keyPath: path] = value }
        case .method(let path):
            if let value = reader.choice(node, of: ForgetFilterSettings.Method.self) { settings[keyPath: path] = value }
        case .uncovered(let path):
            if let value = reader.choice(node, of: ForgetFilterSettings.Uncovered.self) {
                settings[keyPath: path] = value
            }
        }
    }
}
