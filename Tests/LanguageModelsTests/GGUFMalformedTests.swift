import Diagnostics
import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite("A GGUF file that is not well-formed")
struct GGUFMalformedTests {
    /// What to do to a small well-formed file, and what must be said about it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: GGUFError.Code
        var words: String
        var make: @Sendable () -> [UInt8]

        init(_ name: String, _ code: GGUFError.Code, _ words: String, _ make: @escaping @Sendable () -> [UInt8]) {
            (testDescription, self.code, self.words, self.make) = (name, code, words, make)
        }
    }

    private static func file(_ change: (inout GGUFWriter) -> Void) -> [UInt8] {
        var writer = GGUFWriter()
        change(&writer)
        return writer.bytes()
    }

    private static func tensor(_ shape: [UInt64], type: UInt32 = 0, bytes: Int = 0) -> [UInt8] {
        file { $0.addTensor("w", shape: shape, type: type, data: [UInt8](repeating: 0, count: bytes)) }
    }

    private static func count(_ value: UInt64, at offset: Int) -> [UInt8] {
        var bytes = file { $0.add("key", .string("value")) }
        bytes.replaceSubrange(offset..<offset + 8, with: withUnsafeBytes(of: value.littleEndian) { Array($0) })
        return bytes
    }

    private static func nested(_ depth: Int) -> GGUFWriter.Value {
        (0..<depth).reduce(.int32s([1])) { inner, _ in .arrays([inner]) }
    }

    static let cases: [Case] = [
        Case("an empty file", .truncated, "magic") { [] },
        Case("another magic number", .notGGUF, "GGUF") { Array("GGML".utf8) + [UInt8](repeating: 0, count: 40) },
        Case("version 1", .unsupportedVersion, "version is 1") { file { $0.version = 1 } },
        Case("version 4", .unsupportedVersion, "version is 4") { file { $0.version = 4 } },
        Case("a big-endian file", .unsupportedVersion, "big-endian") { file { $0.version = 0x0300_0000 } },
        Case("a huge tensor count", .truncated, "tensor_count") { count(1 << 60, at: 8) },
        Case("a huge key count", .truncated, "metadata_kv_count") { count(.max, at: 16) },
        Case("a huge key length", .truncated, "metadata key 0") { count(1 << 63, at: 24) },
        Case("a huge string length", .truncated, "'key'") { count(UInt64(Int64.max), at: 39) },
        Case("an unknown kind", .badValue, "'k'") { file { $0.add("k", .raw(kind: 13, [0])) } },
        Case("a bool of 2", .badValue, "'k'") { file { $0.add("k", .raw(kind: 7, [2])) } },
        Case("an array with a bool of 2", .badValue, "'k'") { file { $0.add("k", .bools([0, 1, 2])) } },
        Case("deep nesting", .badValue, "'k' nests") { file { $0.add("k", nested(40)) } },
        Case("a repeated key", .duplicateName, "'k'") {
            file {
                $0.add("k", .uint8(1))
                $0.add("k", .uint8(1))
            }
        },
        Case("an alignment of 0", .badAlignment, "general.alignment") {
            file { $0.add("general.alignment", .uint32(0)) }
        },
        Case("an alignment of 48", .badAlignment, "general.alignment") {
            file { $0.add("general.alignment", .uint32(48)) }
        },
        Case("a huge alignment", .badAlignment, "general.alignment") {
            file { $0.add("general.alignment", .uint64(1 << 63)) }
        },
        Case("an alignment that is text", .badAlignment, "general.alignment") {
            file { $0.add("general.alignment", .string("32")) }
        },
        Case("no dimensions", .badShape, "'w'") { tensor([]) },
        Case("five dimensions", .badShape, "'w'") { tensor([1, 1, 1, 1, 1]) },
        Case("an extent of 0", .badShape, "'w'") { tensor([4, 0]) },
        Case("an extent beyond a signed integer", .badShape, "'w'") { tensor([.max]) },
        Case("a shape that overflows", .badShape, "'w'") { tensor([1 << 32, 1 << 32]) },
        Case("a byte count that overflows", .badShape, "'w'") { tensor([1 << 62]) },
        Case("half a block", .badShape, "'w'") { tensor([48, 1], type: 8, bytes: 68) },
        Case("a tensor larger than the file", .badOffset, "'w'") { tensor([64], bytes: 128) },
        Case("a tensor without data", .truncated, "data") { tensor([64]).dropLast(5) },
        Case("an unsupported type", .unsupportedTensorType, "'w' is stored as Q2_K") { tensor([256], type: 10) },
        Case("an unknown type", .unsupportedTensorType, "'w' is stored as type 4000") { tensor([256], type: 4000) },
        Case("a repeated tensor", .duplicateName, "'w'") {
            file {
                $0.addTensor("w", shape: [1], [0])
                $0.addTensor("w", shape: [1], [0])
            }
        },
        Case("a misaligned tensor", .badOffset, "'v'") {
            // Written for an alignment of 4 and read with the default of 32.
            file {
                $0.alignment = 4
                $0.addTensor("w", shape: [1], [0])
                $0.addTensor("v", shape: [32], [Float](repeating: 0, count: 32))
            }
        },
    ]

    @Test("is refused with the field's name", arguments: cases)
    func refused(_ example: Case) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(example.make(), to: "model.gguf")
        let error = #expect(throws: GGUFError.self) { try GGUFFile(path: path) }
        #expect(error?.code == example.code)
        #expect(error?.message.contains(example.words) == true, "\(error?.message ?? "")")
        #expect(error?.location?.path == path)
    }

    @Test("every shorter beginning of a file is refused")
    func truncations() throws {
        let folder = try TemporaryFolder()
        var writer = GGUFWriter()
        writer.add("key", .strings(["one", "two"]))
        writer.addTensor("w", shape: [2], [1, 2])
        let bytes = writer.bytes()
        for count in 0..<bytes.count {
            let path = try folder.write(Array(bytes[..<count]), to: "model.gguf")
            #expect(throws: GGUFError.self, "\(count) bytes") { try GGUFFile(path: path) }
        }
    }

    @Test("a name from the file is quoted in printable characters only")
    func quoting() throws {
        let folder = try TemporaryFolder()
        var writer = GGUFWriter()
        let name = "\u{1B}[31m" + String(repeating: "x", count: 500)
        writer.add(name, .raw(kind: 99, []))
        let path = try folder.write(writer.bytes(), to: "model.gguf")
        let error = #expect(throws: GGUFError.self) { try GGUFFile(path: path) }
        let message = error?.message ?? ""
        #expect(message.contains("'?[31mxxx") && message.count < 200)
    }

    @Test("a folder, a FIFO and a missing file are refused at once")
    func notRegular() throws {
        let folder = try TemporaryFolder()
        mkfifo(folder.file("fifo"), 0o600)
        for (path, code) in [
            (folder.path, GGUFError.Code.notRegularFile), (folder.file("fifo"), .notRegularFile),
            (folder.file("absent"), .cannotOpen),
        ] {
            let error = #expect(throws: GGUFError.self) { try GGUFFile(path: path) }
            #expect(error?.code == code)
        }
    }
}
