import ArgumentParser
import Foundation
import LanguageModels

/// Measures the tokenizer.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Measures the tokenizer on a text, line by line and on one thread, in bytes."
    )

    @Option(help: "A model in GGUF, for its vocabulary.")
    var model: String

    @Argument(help: "A text in UTF-8.")
    var text: String

    func run() throws {
        let tokenizer = try LanguageModel(path: model).tokenizer
        let lines = try String(contentsOfFile: text, encoding: .utf8).split(separator: "\n").map(String.init)
        var tokens = 0
        let time = seconds {
            for line in lines { tokens += tokenizer.encode(line, recognisingControlTokens: false).count }
        }
        Measurement(name: "tokenize", amount: Double(lines.reduce(0) { $0 + $1.utf8.count }), seconds: time).print()
        Measurement(name: "tokens", amount: Double(tokens), seconds: time).print()
    }
}
