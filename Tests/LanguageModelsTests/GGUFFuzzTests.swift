import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite("A mutated GGUF file is read or refused, and never stops the process")
struct GGUFFuzzTests {
    /// A well-formed file with every kind of value, tensors, and a tokenizer.
    private static func synthetic() -> [UInt8] {
        var vocabulary = TestVocabulary(merges: [("a", "b"), ("ab", "c"), (" ", "t")])
        vocabulary.entries = [
            ("tokenizer.chat_template", .string("<|im_start|>system\nBe kind<|im_end|>\n")),
            ("tokenizer.ggml.bos_token_id", .uint32(0)), ("general.alignment", .uint32(32)),
            ("a", .uint8(1)), ("b", .int8(-1)), ("c", .uint16(1)), ("d", .int16(-1)), ("e", .int32(-1)),
            ("f", .float32(1)), ("g", .float64(1)), ("h", .uint64(1)), ("i", .int64(-1)), ("j", .bool(true)),
            ("k", .bools([0, 1])), ("l", .arrays([.int32s([1, 2]), .arrays([.strings(["x", "y"])])])),
        ]
        var writer = vocabulary.writer()
        writer.addTensor("w", shape: [4, 3], [Float](repeating: 1, count: 12))
        writer.addTensor("v", shape: [64, 2, 2], type: 8, data: [UInt8](repeating: 3, count: 8 * 34))
        writer.addTensor("u", shape: [256], type: 12, data: [UInt8](repeating: 3, count: 144))
        return writer.bytes()
    }

    /// Changes some bytes of `bytes`, all of them before `limit`.
    private static func mutate(_ bytes: inout [UInt8], before limit: Int, using generator: inout SeededGenerator) {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 0..<limit, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        case 1:
            bytes[Int.random(in: 0..<limit, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        case 2:
            let huge: [UInt64] = [0, 1, 1 << 31, 1 << 32 - 1, 1 << 60, 1 << 63, .max, .max - 7, UInt64(Int64.max)]
            let value = huge.randomElement(using: &generator) ?? 0
            let offset = Int.random(in: 0..<limit - 8, using: &generator)
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + 8, with: $0) }
        default:
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
        }
    }

    /// Reads everything that a file that was accepted promises.
    private static func use(_ file: GGUFFile) -> Int {
        var sum = 0
        for tensor in file.tensors.values {
            #expect(tensor.offset + tensor.byteCount <= file.byteCount)
            sum += file.bytes(of: tensor).reduce(0) { $0 &+ Int($1) }
        }
        for (key, value) in file.metadata {
            switch value {
            case .string(let string): sum += string.text?.count ?? 0
            case .strings(let array): for index in 0..<array.count { sum += array[index].count }
            case .scalars(let array): for index in 0..<array.count { if case .unsigned = array[index] { sum += 1 } }
            default: sum += (try? file.optionalUInt(key)) ?? 0 > 0 ? 1 : 0
            }
        }
        return sum
    }

    @Test("a small file, 8,000 mutations", arguments: 0..<4)
    func small(part: Int) throws {
        let folder = try TemporaryFolder()
        let original = Self.synthetic()
        var generator = SeededGenerator(seed: UInt64(part))
        var outcomes = (read: 0, refused: 0, tokenizers: 0)
        for _ in 0..<2000 {
            var bytes = original
            Self.mutate(&bytes, before: bytes.count, using: &generator)
            let path = try folder.write(bytes, to: "model.gguf")
            do {
                let file = try GGUFFile(path: path)
                outcomes.read += 1
                #expect(Self.use(file) > 0)
                let tokenizer = try Tokenizer(file: file)
                outcomes.tokenizers += 1
                let text = "abc the <|im_end|> 1234\n\n \u{3000}é"
                let tokens = tokenizer.encode(text, recognisingControlTokens: true)
                #expect(!tokens.isEmpty && !tokenizer.decode(tokens, skippingControlTokens: false).isEmpty)
                let template = try ChatTemplate(file: file, tokenizer: tokenizer)
                let chat = template.render([ChatMessage(role: "user", content: text)], addGenerationPrompt: true)
                #expect(chat.tokens.count > 4)
            } catch is GGUFError {
                outcomes.refused += 1
            } catch is TokenizerError {
                outcomes.refused += 1
            }
        }
        // Mutations that do no harm and mutations that do must both have been met.
        #expect(outcomes.read > 50 && outcomes.refused > 500 && outcomes.tokenizers > 10, "\(outcomes)")
    }

    @Test("the default model's first 64 KiB, 400 mutations")
    func defaultModel() throws {
        let path = try ModelPath.smolLM2()
        let model = try GGUFFile(path: path)
        let headerEnd = model.tensors.values.map(\.offset).min() ?? 0
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let header = [UInt8](try handle.read(upToCount: headerEnd) ?? Data())
        #expect(header.count == headerEnd)

        let folder = try TemporaryFolder()
        let copy = try folder.write(header, to: "model.gguf")
        var generator = SeededGenerator(seed: 64)
        var outcomes = (read: 0, refused: 0)
        let target = try FileHandle(forUpdating: URL(fileURLWithPath: copy))
        for round in 0..<400 {
            var start = Array(header[..<65536])
            // Every other mutation falls among the scalar fields, before the vocabulary.
            Self.mutate(&start, before: round % 2 == 0 ? 2048 : start.count, using: &generator)
            let isCut = start.count < 65536
            try target.seek(toOffset: 0)
            try target.write(contentsOf: start)
            // The weights are a hole in the file.
            try target.truncate(atOffset: UInt64(isCut ? start.count : model.byteCount))
            do {
                _ = try GGUFFile(path: copy)
                outcomes.read += 1
            } catch {
                outcomes.refused += 1
            }
            if isCut {
                try target.seek(toOffset: 0)
                try target.write(contentsOf: header)
            }
        }
        #expect(outcomes.read > 20 && outcomes.refused > 100, "\(outcomes)")
    }
}
