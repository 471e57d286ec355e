import LanguageModels
import TestSupport

/// A small byte-level vocabulary: a token for every byte, then what the merges make, then markup.
struct TestVocabulary {
    var model = "gpt2"
    var preTokenizer = PreTokenizer.gpt2.rawValue
    var tokens: [String]
    var types: [Int32]
    var merges: [String]
    var entries: [(String, GGUFWriter.Value)] = []

    /// GPT-2's spelling of each byte.
    static let alphabet: [String] = {
        var next: UInt32 = 0x100
        return (0..<256 as Range<UInt32>).map { byte in
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            defer { if !isPrintable { next += 1 } }
            return String(Unicode.Scalar(isPrintable ? byte : next).map(Character.init) ?? "?")
        }
    }()

    /// Spells UTF-8 text in GPT-2's alphabet.
    static func spell(_ text: String) -> String { text.utf8.map { alphabet[Int($0)] }.joined() }

    /// Creates a vocabulary whose merges are pairs of plain text, and with markup tokens.
    init(
        merges: [(String, String)] = [], control: [String] = ["<|im_start|>", "<|im_end|>"],
        userDefined: [String] = ["<tool>"]
    ) {
        let made = merges.map { Self.spell($0.0 + $0.1) }
        var seen = Set(Self.alphabet)
        tokens = Self.alphabet + made.filter { seen.insert($0).inserted }
        types = [Int32](repeating: 1, count: tokens.count)
        tokens += control + userDefined
        types += control.map { _ in 3 } + userDefined.map { _ in 4 }
        self.merges = merges.map { Self.spell($0.0) + " " + Self.spell($0.1) }
    }

    /// The vocabulary as a GGUF file.
    func writer() -> GGUFWriter {
        var writer = GGUFWriter()
        writer.add("tokenizer.ggml.model", .string(model))
        writer.add("tokenizer.ggml.pre", .string(preTokenizer))
        writer.add("tokenizer.ggml.tokens", .strings(tokens))
        writer.add("tokenizer.ggml.token_type", .int32s(types))
        writer.add("tokenizer.ggml.merges", .strings(merges))
        for (key, value) in entries { writer.add(key, value) }
        return writer
    }

    /// The vocabulary read back from a file.
    func file() throws -> GGUFFile {
        let folder = try TemporaryFolder()
        // The mapping outlives the folder's removal.
        return try GGUFFile(path: folder.write(writer().bytes(), to: "model.gguf"))
    }

    /// The tokenizer of this vocabulary.
    func tokenizer() throws -> Tokenizer { try Tokenizer(file: file()) }
}

extension SeededGenerator {
    /// A string of up to `length` scalars: ASCII, letters of many scripts, marks, emoji and anything else.
    mutating func text(upTo length: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            let ranges: [ClosedRange<UInt32>] = [
                0x20...0x7E, 0x20...0x7E, 0x61...0x7A, 0x09...0x20, 0x30...0x39, 0x80...0x7FF, 0x300...0x36F,
                0x4E00...0x9FFF, 0x1F300...0x1FAFF, 0...0xFFFF, 0...0x10FFFF,
            ]
            let range = ranges.randomElement(using: &self) ?? 0x20...0x7E
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
