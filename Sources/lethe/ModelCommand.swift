import ArgumentParser
import Foundation
import LanguageModels
import Pipeline
import Reports
import Storage
import TensorKernels

/// Looks at model files.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look at a model file, or let it write.",
        subcommands: [Info.self, Generate.self])
}

extension ModelCommand {
    /// Tells what a model file holds.
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell a model's shape, tokenizer, tensor types and hash.",
            discussion: """
                EXAMPLES
                  lethe model info
                  lethe model info ~/models/qwen2.gguf --json
                """
        )

        @Argument(help: "The GGUF file; the default model if left out.", completion: .file(extensions: ["gguf"]))
        var path: String?

        @Flag(help: "Print one JSON document.")
        var json = false

        private struct Description: Encodable {
            var path: String
            var sha256: String
            var bytes: Int
            var architecture: String
            var parameters: Int
            var vocabulary: Int
            var layers: Int
            var width: Int
            var feedForward: Int
            var heads: Int
            var keyValueHeads: Int
            var context: Int
            var preTokenizer: String
            var tensorTypes: [String: Int]
        }

        func run() throws {
            do {
                let path = try ModelLocation.resolve(option: path, environment: ProcessInfo.processInfo.environment)
                let model = try LanguageModel(path: path)
                let shape = model.configuration
                let tensors = model.file.tensors.values
                let description = Description(
                    path: path, sha256: try InputFile.sha256(of: path), bytes: model.file.byteCount,
                    architecture: shape.architecture, parameters: tensors.reduce(0) { $0 + $1.elementCount },
                    vocabulary: shape.vocabularyCount, layers: shape.blockCount, width: shape.embeddingLength,
                    feedForward: shape.feedForwardLength, heads: shape.headCount,
                    keyValueHeads: shape.keyValueHeadCount, context: shape.contextLength,
                    preTokenizer: model.tokenizer.preTokenizer.rawValue,
                    tensorTypes: Dictionary(grouping: tensors, by: \.format.rawValue).mapValues(\.count))
                try Console.print(json ? try ReportJSON.encode(description) : Array(text(description).utf8))
            } catch {
                throw Console.fail(error)
            }
        }

        private func text(_ model: Description) -> String {
            let types = model.tensorTypes.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
            return """
                file           \(model.path)
                sha256         \(model.sha256)
                architecture   \(model.architecture), \(model.parameters) parameters, \(model.bytes) bytes
                layers         \(model.layers) of width \(model.width), feed-forward \(model.feedForward)
                heads          \(model.heads), \(model.keyValueHeads) for keys and values
                context        \(model.context) tokens
                vocabulary     \(model.vocabulary) tokens, pre-tokenizer \(model.preTokenizer)
                tensors        \(types.joined(separator: ", "))

                """
        }
    }

    /// Lets the model answer.
    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the model answer a prompt, greedily.",
            discussion: """
                EXAMPLES
                  lethe model generate --prompt "What is the capital of Japan?"
                """
        )

        @Argument(help: "The GGUF file; the default model if left out.", completion: .file(extensions: ["gguf"]))
        var path: String?

        @Option(help: "What the user says.")
        var prompt: String

        @Option(help: "What the system says first; the model's own default if left out.")
        var system: String?

        @Option(help: "The most tokens to write.")
        var tokens = 128

        func validate() throws {
            if !(1...4096).contains(tokens) { throw ValidationError("--tokens takes 1 to 4096.") }
        }

        func run() async throws {
            do {
                let path = try ModelLocation.resolve(option: path, environment: ProcessInfo.processInfo.environment)
                let messages =
                    (system.map { [ChatMessage(role: "system", content: $0)] } ?? [])
                    + [ChatMessage(role: "user", content: prompt)]
                let limit = tokens
                let text = try await DedicatedThread.run(name: "lethe-generate") {
                    let model = try LanguageModel(path: path)
                    let pool = WorkerPool()
                    let chat = model.chatTemplate.render(
                        messages, addGenerationPrompt: true, addDefaultSystemPrompt: true)
                    let generator = try TextGenerator(
                        model: model, longest: chat.tokens.count + limit, pool: pool)
                    let output = try generator.generate(
                        [chat.tokens], maximumNewTokens: limit, stopTokens: model.chatTemplate.stopTokens)
                    return model.tokenizer.decode(output[0], skippingControlTokens: true)
                }
                try Console.print(text + "\n")
            } catch {
                throw Console.fail(error)
            }
        }
    }
}
