import Datasets
import Diagnostics
import Moderation
import TestSupport
import Testing

/// Files made to mislead, exhaust or crash who reads them.
enum Hostile {
    struct Input {
        var name: String
        var file: String
        var bytes: [UInt8]
    }

    private static let ask = #"{"prompt":"p","completion":"c"}"#
    private static let talk = #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"#

    /// Byte sequences that are no UTF-8 (RFC 3629), and a few that only look like it.
    private static let sequences: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        [0xFF, 0xFE], [0xFE, 0xFF], [0x00], [0xEF, 0xBB, 0xBF], [0xEF, 0xBF, 0xBF], [0xEF, 0xB7, 0x90],
        [0xE2, 0x80, 0xAE], [0xE2, 0x80, 0xA8], [0xC2, 0x85], [0x0B], [0x0C], [0x1B, 0x5B, 0x32, 0x4A], [0x7F],
    ]

    private static let escapes = [
        #"\ud800"#, #"\udfff"#, #"\ud83d\ud83d"#, #"\udc00\ud800"#, #"\ud83d\u"#, #"\ud83d\u00"#, #"\u"#, #"\u12"#,
        #"\uZZZZ"#, #"\U0041"#, #"\x41"#, #"\0"#, #"\'"#, #"\u0000"#, #"\ud83d\uDE00"#, #"\"#, #"\\\"#, #"\u+123"#,
    ]

    private static let values = [
        "1e999999999", "-1e-999999999", String(repeating: "9", count: 20_000),
        "0." + String(repeating: "0", count: 9999),
        "-", "+1", "01", "1.", ".1", "1e", "0x1F", "NaN", "-Infinity", "nul", "True", "undefined", "'a'", "/*c*/1",
        "1//c",
        String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 50_000),
        String(repeating: "[", count: 63) + String(repeating: "]", count: 63),
        String(repeating: "[", count: 64) + String(repeating: "]", count: 64), "{\"a\":1,\"a\":2}", "{\"\":{\"\":{}}}",
        "{\"a\":1,\"\\u0061\":2}", "[1,,2]", "[1,]", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}", "\"\"\"", "[}", "{]",
    ]

    private static let rows = [
        #"{"prompt":"p","completion":"c","completion":"evil"}"#, #"{"prompt":"p","completion":"c","messages":[]}"#,
        #"{"prompt":"p","completion":["c"]}"#, #"{"prompt":{"p":1},"completion":"c"}"#,
        #"{"messages":{"role":"assistant","content":"a"}}"#, #"{"messages":[[]]}"#, #"{"messages":[null]}"#,
        #"{"messages":[{"role":"assistant","content":[[[]]]}]}"#,
        #"{"messages":[{"role":"assistant","content":[{"type":"text","text":{"text":"a"}}]}]}"#,
        #"{"messages":[{"role":"assistant","content":[{"type":"\u0074ext","text":"a"}]}]}"#,
        #"{"messages":[{"role":"assistant","content":[{"type":"TEXT","text":"a"}]},{"role":"assistant","content":"b"}]}"#,
        #"{"messages":[{"role":"ASSISTANT","content":"a"}]}"#, #"{"messages":[{"role":" assistant","content":"a"}]}"#,
        #"{"messages":[{"role":"assistant\u200b","content":"a"}]}"#,
        #"{"messages":[{"role":["assistant"],"content":"a"}]}"#,
        #"{"messages":[{"role":"assistant","content":"a","role":"user"}]}"#,
        #"{"messages":[{"role":"assistant","from":"human","content":"a","value":"b"}]}"#,
        #"{"messages":[{"role":"assistant","content":null,"tool_calls":[[]]}]}"#,
        #"{"messages":[{"role":"assistant","content":null,"tool_calls":[{"function":[]}]}]}"#,
        #"{"messages":[{"role":"assistant","content":null,"tool_calls":[{"function":{"name":{},"arguments":[]}}]}]}"#,
        #"{"messages":[{"role":"assistant","content":null,"function_call":"f"}]}"#,
        #"{"conversations":[{"from":"gpt","value":null}]}"#, #"{"conversations":"gpt"}"#,
        #"{"chosen":[],"rejected":[]}"#, #"{"chosen":"a","rejected":null}"#, #"{"chosen":[{}],"rejected":"a"}"#,
        #"{"chosen":"a","rejected":[{"role":"assistant","content":[{"type":"image"}]}]}"#,
        #"{"prompt":[],"chosen":"a","rejected":"b"}"#, #"{"prompt":[[]],"chosen":"a","rejected":"b"}"#,
        #"{"text":null}"#, #"{"text":"a","text":"b"}"#, #"{"text":{"text":"a"}}"#, "[\(ask)]", "\"\(ask)\"", "null",
        "{}",
        "{\"prompt\":\"p\",\"completion\":\"c\"}{\"prompt\":\"p\",\"completion\":\"c\"}",
        "{\"prompt\":\"p\",\"completion\":\"c\"},", ",{\"prompt\":\"p\",\"completion\":\"c\"}", "\u{FEFF}\(ask)",
        "\(ask)\u{0}",
    ]

    /// The inside of a cell, a string and a bracket, where each looks like the others.
    private static let cells = [
        "a\"b", "\"a\"b", "\"a", "a\"", "\"\"", "\"\"\"", "\"\"\"\"", "\"a\"\"\"", "\\\"a\\\"", "\"a\\\",b\"",
        "\"a\n\"",
        "\"a\r\n,\"\"b\"\"\r\"", "\"a\"\t", "'a,b'", "=cmd|' /C calc'!A0", "\"[{\"\"role\"\":\"\"user\"\"}]\"",
        "a\u{0}", "\u{FEFF}a",
        "\"\u{2028}\"", "\"\(String(repeating: ",", count: 5000))\"", String(repeating: "\"\"", count: 5001), ",",
        ",,,,",
        "\"{\"\"messages\"\": [{\"\"content\"\": \"\"{\\\"\"a\\\"\": \\\"\"\\\\\\\"\"\\\"\"}\"\"}]}\"", " ", "\t",
        "\"\r\"",
    ]

    static let all: [Input] = {
        var inputs: [Input] = []
        func add(_ name: String, _ file: String, _ bytes: [UInt8]) {
            inputs.append(Input(name: "\(name) \(inputs.count)", file: file, bytes: bytes))
        }
        func add(_ name: String, _ file: String, _ text: String) { add(name, file, Array(text.utf8)) }
        for sequence in sequences {
            let row = Array(#"{"prompt":"p"#.utf8) + sequence + Array(#"","completion":"c"}"#.utf8)
            add("bytes in a line", "a.jsonl", Array("\(ask)\n".utf8) + row + [0x0A] + sequence + Array("\n\(ask)".utf8))
            add(
                "bytes in an array", "a.json", Array("[\(ask),".utf8) + row + [0x2C] + sequence + Array(",\(ask)]".utf8)
            )
            add(
                "bytes in a table", "a.csv",
                Array("text\n".utf8) + sequence + Array("\n\"".utf8) + sequence + [0x22, 0x0A])
            add("bytes first", "a", sequence + Array("\(ask)\n".utf8))
        }
        for escape in escapes {
            let row = #"{"prompt":"p\#(escape)","completion":"c"}"#
            add(
                "escape in a line", "a.jsonl", "\(row)\n\(ask)\n{\"\(escape)\":1,\"prompt\":\"p\",\"completion\":\"c\"}"
            )
            add("escape in an array", "a.json", "[\(ask),\(row),\(ask)]")
        }
        for value in values {
            let row = #"{"prompt":"p","extra":\#(value),"completion":"c"}"#
            add("value in a line", "a.jsonl", "\(ask)\n\(row)\n\(value)\n\(ask)\n")
            add("value in an array", "a.json", "[\(ask),\(row),\(value),\(ask)]")
            add("value in a cell", "a.csv", "messages\n\"\(value.replacing("\"", with: "\"\""))\"\n")
        }
        for row in rows {
            add("row", "a.jsonl", "\(talk)\n\(row)\n\(ask)\n")
            add("row first", "a.jsonl", "\(row)\n\(talk)\n")
            add("element", "a.json", "[\(row),\(talk)\n,\(row)")
            add("row in a cell", "a.csv", "completion,prompt\n\"\(row.replacing("\"", with: "\"\""))\",p\nc,\(row)\n")
        }
        for cell in cells {
            add("cell", "a.csv", "prompt,completion\nx,y\n\(cell),c\r\nx,\(cell)\rx,y")
            add("cell between tabs", "a.tsv", "prompt\tcompletion\n\(cell)\tc\nx\ty\n")
            add("cell in a header", "a.csv", "\(cell),prompt,completion\nx,y,z\n")
            add(
                "JSON in a cell in JSON", "a.jsonl",
                #"{"text":"\#(cell.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))"}"#
            )
        }
        for compression in [DatasetFormat.Compression.gzip, .zstd] {
            let packed = Packing.pack(Array("\(ask)\n\(ask)\n".utf8), compression)
            let ending = compression == .gzip ? "gz" : "zst"
            for count in stride(from: 1, to: packed.count, by: 3) {
                add("cut", "a.jsonl.\(ending)", Array(packed[..<count]))
            }
            for index in stride(from: 0, to: packed.count, by: 3) {
                var changed = packed
                changed[index] ^= 0xFF
                add("changed", "a.jsonl", changed)
            }
            add("twice packed", "a.jsonl.\(ending)", Packing.pack(packed, compression))
            add("followed", "a.jsonl.\(ending)", packed + Array(ask.utf8))
            add("repeated", "a.jsonl.\(ending)", Array(repeatElement(packed, count: 200).joined()))
            add(
                "empty members", "a.jsonl.\(ending)",
                Array(repeatElement(Packing.pack([], compression), count: 999).joined()))
            add("bomb", "a.jsonl.\(ending)", Packing.pack([UInt8](repeating: 0x5B, count: 40 << 20), compression))
            add("bomb of blank lines", "a.jsonl", Packing.pack([UInt8](repeating: 0x0A, count: 40 << 20), compression))
            add("named otherwise", "a.jsonl.\(compression == .gzip ? "zst" : "gz")", packed)
            add("named plain", "a.csv", packed)
        }
        let shapes = [
            ask, talk, #"{"text":"t"}"#, #"{"instruction":"i","output":"o"}"#, #"{"chosen":"a","rejected":"b"}"#,
            #"{"conversations":[{"from":"gpt","value":"v"}]}"#,
        ]
        add("mixed shapes", "a.jsonl", shapes.joined(separator: "\n"))
        add("mixed shapes", "a.json", "[" + shapes.reversed().joined(separator: ",") + "]")
        for text in [
            "", "\n", " ", "[", "]", "{", "}", "\"", ",", "[[[[", "]]]]", "[,]", "[]]", "\r", "\r\n\r\n", "text",
            "text\n",
        ] {
            for file in ["a", "a.json", "a.jsonl", "a.csv", "a.tsv"] { add("next to nothing", file, text) }
        }
        add("line without end", "a.jsonl", "\(ask)\n" + String(repeating: "x", count: 3 << 20))
        add("quotation without end", "a.csv", "text\na\n\"" + String(repeating: "x\n", count: 1 << 20))
        add("element without end", "a.json", "[\(ask),\"" + String(repeating: "\\\"", count: 1 << 20))
        add("space without end", "a.json", "[\(ask)" + String(repeating: " ", count: 3 << 20) + ",\(ask)]")
        add(
            "many columns", "a.csv",
            "text" + String(repeating: ",x", count: 100_000) + "\na" + String(repeating: ",", count: 100_000))
        add("many keys", "a.jsonl", "{" + (0..<20_000).map { "\"\($0)\":0," }.joined() + String(ask.dropFirst()))
        return inputs
    }()
}

@Suite("Hostile datasets")
struct HostileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("There are hundreds, no two alike")
    func number() {
        #expect(Hostile.all.count >= 300)
        #expect(Set(Hostile.all.map { [UInt8]($0.file.utf8) + [0] + $0.bytes }).count > Hostile.all.count * 9 / 10)
    }

    @Test("Every byte of every file is accepted, quarantined or structure, or the file is refused", arguments: 0..<8)
    func accounted(part: Int) throws {
        var read = 0
        var refused: [DatasetError.Code: Int] = [:]
        for (index, input) in Hostile.all.enumerated() where index % 8 == part {
            do {
                let dataset = try folder.read(input.bytes, named: input.file)
                read += 1
                try #require(expectCover(dataset), "\(input.name)")
                try expectCopies(dataset, input)
            } catch let error as DatasetError {
                refused[error.code, default: 0] += 1
                let isPlain =
                    error.message.utf8.allSatisfy { (0x20...0x7E).contains($0) } && error.message.utf8.count < 500
                try #require(isPlain, "\(input.name)")
            }
        }
        #expect(read > 20)
        #expect(refused[.noExamples, default: 0] > 0)
        #expect(refused[.unreadable] == nil && refused[.changedDuringRead] == nil)
    }

    /// Expects that what is cleared is read again as the same rows, and that what is removed keeps its bytes.
    private func expectCopies(_ dataset: Dataset, _ input: Hostile.Input) throws {
        var removed = 0
        try DatasetRows(dataset).forEach(dataset.malformedLines) { line, bytes in
            removed += 1
            try #require(bytes.count <= max(line.end - line.bytes.lowerBound, 0), "\(input.name)")
        }
        try #require(removed == dataset.malformedLines.count, "\(input.name)")
        let written = try folder.output(dataset, dataset.exampleLines)
        let again = try folder.read(written, named: input.file)
        try #require(again.format == dataset.format && again.malformedLines.isEmpty, "\(input.name)")
        try #require(
            again.examples.map(\.turns) == dataset.examples.map(\.turns)
                && again.examples.map(\.rejected) == dataset.examples.map(\.rejected), "\(input.name)")
    }
}
