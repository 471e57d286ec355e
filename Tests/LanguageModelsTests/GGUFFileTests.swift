import LanguageModels
import TensorKernels
import TestSupport
import Testing

@Suite("Reading a GGUF file")
struct GGUFFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open(_ writer: GGUFWriter) throws -> GGUFFile {
        try GGUFFile(path: folder.write(writer.bytes(), to: "model.gguf"))
    }

    @Test("integers of every width are read with their sign")
    func integers() throws {
        var writer = GGUFWriter()
        writer.add("u8", .uint8(.max))
        writer.add("i8", .int8(.min))
        writer.add("u16", .uint16(.max))
        writer.add("i16", .int16(.min))
        writer.add("u32", .uint32(.max))
        writer.add("i32", .int32(7))
        writer.add("u64", .uint64(.max))
        writer.add("i64", .int64(.min))
        let file = try open(writer)
        #expect(try file.requireUInt("u8") == 255)
        #expect(try file.requireUInt("u16") == 65535)
        #expect(try file.requireUInt("u32") == 4_294_967_295)
        #expect(try file.requireUInt("i32") == 7)
        for key in ["i8", "i16", "i64", "u64"] {
            #expect(throws: GGUFError.self) { try file.requireUInt(key) }
        }
        guard case .signed(Int64.min) = file.metadata["i64"], case .unsigned(UInt64.max) = file.metadata["u64"] else {
            Issue.record("64-bit integers are not read whole")
            return
        }
    }

    @Test("floats, bools, strings and arrays are read")
    func otherKinds() throws {
        var writer = GGUFWriter()
        writer.add("f32", .float32(0.1))
        writer.add("f64", .float64(-2.5))
        writer.add("yes", .bool(true))
        writer.add("no", .bool(false))
        writer.add("text", .string("naïve"))
        writer.add("texts", .strings(["a", "", "ccc"]))
        writer.add("none", .strings([]))
        writer.add("numbers", .int32s([-1, 5]))
        writer.add("flags", .bools([0, 1]))
        writer.add("nested", .arrays([.int32s([1]), .strings(["x"]), .arrays([])]))
        let file = try open(writer)
        #expect(try file.requireFloat("f32") == Double(Float(0.1)))
        #expect(try file.requireFloat("f64") == -2.5)
        #expect(try file.optionalBool("yes") == true)
        #expect(try file.optionalBool("no") == false)
        #expect(try file.requireString("text") == "naïve")
        let texts = try file.requireStrings("texts")
        #expect((0..<texts.count).map { Array(texts[$0]) } == [Array("a".utf8), [], Array("ccc".utf8)])
        #expect(try file.requireStrings("none").count == 0)
        let numbers = try file.requireScalars("numbers")
        guard numbers.count == 2, case .signed(-1) = numbers[0], case .signed(5) = numbers[1] else {
            Issue.record("an array of integers is not read")
            return
        }
        guard case .arrays(let nested) = file.metadata["nested"] else {
            Issue.record("an array of arrays is not read")
            return
        }
        #expect(nested.count == 3)
    }

    @Test("a string that is not UTF-8 fails only when its text is asked for")
    func notUTF8() throws {
        var writer = GGUFWriter()
        writer.add("bad", .raw(kind: 8, [2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE]))
        let file = try open(writer)
        let error = #expect(throws: GGUFError.self) { try file.requireString("bad") }
        #expect(error?.code == .wrongFieldType)
        #expect(error?.message.contains("'bad'") == true)
    }

    @Test("a tensor's shape, format and bytes are found", arguments: [32, 64, 4096])
    func tensors(alignment: Int) throws {
        var writer = GGUFWriter()
        writer.alignment = alignment
        writer.add("general.alignment", .uint32(UInt32(alignment)))
        writer.addTensor("first", shape: [3, 2], [1, 2, 3, 4, 5, 6])
        writer.addTensor("second", shape: [64, 2], type: 8, data: [UInt8](repeating: 9, count: 4 * 34))
        let file = try open(writer)
        let first = try file.requireTensor("first")
        #expect(first.shape == [3, 2])
        #expect(first.format == .f32)
        #expect(first.elementCount == 6)
        let bytes = file.bytes(of: first)
        #expect((0..<6).map { bytes.load(fromByteOffset: $0 * 4, as: Float.self) } == [1, 2, 3, 4, 5, 6])
        let second = try file.requireTensor("second")
        #expect(second.format == .q8_0)
        #expect(second.byteCount == 136)
        #expect(second.offset % alignment == 0)
        #expect(file.bytes(of: second).allSatisfy { $0 == 9 })
        #expect(throws: GGUFError.self) { try file.requireTensor("third") }
    }

    @Test("version 2 is read as version 3 is")
    func versionTwo() throws {
        var writer = GGUFWriter()
        writer.version = 2
        writer.add("a", .uint8(1))
        #expect(try open(writer).version == 2)
    }

    @Test("the default model is read")
    func defaultModel() throws {
        let file = try GGUFFile(path: ModelPath.smolLM2())
        #expect(file.tensors.count == 272)
        #expect(file.metadata.count == 33)
        #expect(try file.requireString("general.architecture") == "llama")
        #expect(try file.requireUInt("llama.block_count") == 30)
        #expect(try file.requireStrings("tokenizer.ggml.merges").count == 48900)
        let embedding = try file.requireTensor("token_embd.weight")
        #expect(embedding.shape == [576, 49152])
        #expect(embedding.format == .q8_0)
        let last = file.tensors.values.map { $0.offset + $0.byteCount }.max()
        #expect(last.map { file.byteCount - $0 < 32 } == true)
    }

    @Test("a field that is missing or of another kind is named")
    func typedGetters() throws {
        var writer = GGUFWriter()
        writer.add("text", .string("x"))
        let file = try open(writer)
        let missing = #expect(throws: GGUFError.self) { try file.requireUInt("llama.block_count") }
        #expect(missing?.code == .missingField)
        #expect(missing?.message.contains("llama.block_count") == true)
        for read: () throws -> Void in [
            { _ = try file.requireUInt("text") }, { _ = try file.requireFloat("text") },
            { _ = try file.optionalBool("text") }, { _ = try file.requireStrings("text") },
            { _ = try file.requireScalars("text") },
        ] {
            let error = #expect(throws: GGUFError.self) { try read() }
            #expect(error?.code == .wrongFieldType)
            #expect(error?.message.contains("'text'") == true)
        }
        #expect(try file.optionalUInt("absent") == nil)
    }
}
