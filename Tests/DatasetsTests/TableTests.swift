import Datasets
import Moderation
import TestSupport
import Testing

@Suite("Tables")
struct TableTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func texts(_ dataset: Dataset) -> [[String]] { dataset.examples.map { $0.turns.map(\.text) } }

    @Test("Quoted fields may hold commas, line breaks and doubled quotation marks", arguments: ["\n", "\r\n", "\r"])
    func quoting(ending: String) throws {
        let records = [
            "prompt,completion", "a,b", "\"a,b\",\"c\"\"d\"", "\"a\nb\r\nc\rd\",\"\"\"\"", " a , b ", "\"a\",b",
        ]
        let text = records.joined(separator: ending) + ending
        let dataset = try folder.read(text, named: "rows.csv")
        #expect(dataset.format == DatasetFormat(.commas))
        #expect(dataset.findings.isEmpty)
        #expect(
            texts(dataset) == [["a", "b"], ["a,b", "c\"d"], ["a\nb\r\nc\rd", "\""], [" a ", " b "], ["a", "b"]])
        #expect(dataset.examples.map(\.line) == [2, 3, 4, 5, 6])
        #expect(expectCover(dataset))
        #expect(try folder.output(dataset, dataset.exampleLines) == Array(text.utf8))
        let kept = [records[0], records[2], records[4]].map { $0 + ending }.joined()
        let lines = [dataset.exampleLines[1], dataset.exampleLines[3]]
        #expect(String(decoding: try folder.output(dataset, lines), as: UTF8.self) == kept)
    }

    @Test("The last record may lack its ending, and a byte order mark belongs to the header")
    func edges() throws {
        let text = "\u{FEFF}prompt,completion\r\na,b\r\n\r\nc,d"
        let dataset = try folder.read(text, named: "rows.csv")
        #expect(texts(dataset) == [["a", "b"], ["c", "d"]])
        #expect(dataset.blankLines.map(\.line) == [3])
        #expect(expectCover(dataset))
        let written = try folder.output(dataset, dataset.exampleLines)
        #expect(String(decoding: written, as: UTF8.self) == "\u{FEFF}prompt,completion\r\na,b\r\nc,d")
    }

    @Test("A row without an ending gets one where another follows")
    func endings() throws {
        var bytes: [UInt8] = []
        var output = try DatasetOutput(DatasetFormat(.commas), header: Array("text".utf8)) { bytes += $0 }
        for row in ["a", "b\r", "c\n", "d"] { try output.append(Array(row.utf8)) }
        try output.finish()
        #expect(String(decoding: bytes, as: UTF8.self) == "text\na\nb\rc\nd")
    }

    @Test(
        "The header's names tell the shape",
        arguments: [
            ("prompt,completion", "x,y", RowShape.completion, ["x", "y"]),
            ("id, Completion ,PROMPT", "1,y,x", .completion, ["x", "y"]),
            ("instruction,input,output", "x,,y", .instruction, ["x", "y"]),
            ("instruction,input,output", "x,z,y", .instruction, ["x\n\nz", "y"]),
            ("\"text\",n", "x,1", .text, ["x"]),
            ("prompt,chosen,rejected", "x,y,z", .preference, ["x", "y"]),
            ("system,instruction,output", "s,x,y", .instruction, ["s", "x", "y"]),
        ])
    func shapes(header: String, record: String, shape: RowShape, expected: [String]) throws {
        let dataset = try folder.read("\(header)\n\(record)\n", named: "rows.csv")
        #expect(dataset.shape == shape)
        #expect(texts(dataset) == [expected])
        let tabs = try folder.read(
            "\(header)\n\(record)\n".replacing(",", with: "\t"), named: "rows.tsv")
        #expect(tabs.format == DatasetFormat(.tabs))
        #expect(texts(tabs) == [expected])
        // Without a name that tells, the header does.
        #expect(try folder.read("\(header)\n\(record)\n", named: "rows").format == DatasetFormat(.commas))
    }

    @Test("Messages stand in a cell as JSON")
    func json() throws {
        let cell = goodRow.dropFirst(#"{"messages":"#.count).dropLast().replacing("\"", with: "\"\"")
        let dataset = try folder.read("messages,id\n\"\(cell)\",1\n\"[{\",2\n[],3\n,4\n\"{}\",5\n", named: "rows.csv")
        #expect(texts(dataset) == [["Name a fruit", "Plum"]])
        #expect(
            dataset.findings.map(\.rule) == [
                "dataset.invalid-json", "dataset.no-assistant-turn", "dataset.invalid-json", "dataset.wrong-type",
            ])
        #expect(expectCover(dataset))
    }

    @Test(
        "Records that programs read differently are quarantined",
        arguments: [
            ("a", DatasetFindingCode.wrongFieldCount), ("a,b,c", .wrongFieldCount), ("a\"b,c", .invalidTable),
            ("\"a\"b,c", .invalidTable), ("\"a\" ,b", .invalidTable), (" \"a\",b", .invalidTable),
            (",b", .emptyField), ("a,", .emptyField), ("a,\"\"", .emptyField), ("a\u{0},b", .nulByte),
        ])
    func malformed(record: String, code: DatasetFindingCode) throws {
        let dataset = try folder.read("prompt,completion\nx,y\n\(record)\nx,y\n", named: "rows.csv")
        #expect(dataset.examples.map(\.line) == [2, 4])
        #expect(dataset.findings.map(\.rule) == [code.rule])
        #expect(expectCover(dataset))
    }

    @Test("A quotation mark that is not closed takes the rest of the file with it, and only that")
    func unclosed() throws {
        let dataset = try folder.read("prompt,completion\nx,y\n\"a,b\nx,y\nx,y\n", named: "rows.csv")
        #expect(dataset.examples.map(\.line) == [2])
        #expect(dataset.findings.map(\.rule) == ["dataset.invalid-table"])
        #expect(expectCover(dataset))
    }

    @Test("Bytes that are no UTF-8 are their record's fault only")
    func encoding() throws {
        let dataset = try folder.read(
            Array("text\na\n".utf8) + [0xFF, 0x0A] + Array("b\n".utf8), named: "rows.csv")
        #expect(dataset.examples.count == 2)
        #expect(dataset.findings.map(\.rule) == ["dataset.invalid-utf8"])
    }

    @Test(
        "A header that tells no shape, or two, is refused",
        arguments: [
            "a,b", "input,system", "prompt,completion,text", "messages,conversations", "prompt,prompt,completion",
            "Prompt,prompt,completion", "\"prompt", "pro\"mpt,completion", "prompt,completion,instruction",
        ])
    func headers(header: String) throws {
        let error = try folder.refusal(of: Array("\(header)\na,b\n".utf8), named: "rows.csv")
        #expect(error.code == .unknownColumns)
        #expect(!error.message.contains("\"prompt"))
    }

    @Test("A customer's own names of columns are read")
    func names() throws {
        var rules = RowRules()
        rules.names.columns = [.prompt: "Question", .completion: "answer"]
        let path = try folder.write("QUESTION,answer\na,b\n", to: "rows.csv")
        #expect(texts(try DatasetReader(rules: rules).read(path)) == [["a", "b"]])
        let both = try folder.write("question,answer,prompt\na,b,c\n", to: "both.csv")
        #expect(throws: DatasetError.self) { _ = try DatasetReader(rules: rules).read(both) }
    }

    @Test("Records and their endings that span chunks are whole", arguments: 0..<6)
    func chunks(shift: Int) throws {
        var text = "prompt,completion\r\n"
        // The first chunk ends in or next to a record's ending.
        let room = (1 << 16) - text.utf8.count - 6 + shift
        text += "\"" + String(repeating: "y", count: room - 3) + "\",c\r\n"
        for index in 0..<30 { text += "\"\(String(repeating: "z\"\"\r\n,", count: index * 3000 + 1))\",\"c\"\r" }
        let dataset = try folder.read(text, named: "rows.csv")
        #expect(dataset.examples.count == 31)
        #expect(dataset.findings.isEmpty)
        #expect(expectCover(dataset))
        let isSame = try folder.output(dataset, dataset.exampleLines) == Array(text.utf8)
        #expect(isSame)
    }

    @Test("A record longer than the limit is quarantined")
    func overLong() throws {
        var limits = DatasetLimits()
        limits.maximumLineBytes = 50
        let text = "text\n\"\(String(repeating: "a\n", count: 60))\"\nb\n"
        let dataset = try folder.read(text, named: "rows.csv", limits: limits)
        #expect(dataset.findings.map(\.rule) == ["dataset.over-long-line"])
        #expect(dataset.examples.map(\.line) == [3])
        #expect(expectCover(dataset))
    }

    @Test("A quarantined record by itself is read under its header")
    func byItself() throws {
        let layout = RowLayout(.commas, columns: [nil, .completion, .prompt])
        let example = try #require(Example(row: Array("1,\"b\",a".utf8), line: 9, layout: layout))
        #expect(example.turns.map(\.text) == ["a", "b"])
        #expect(example.line == 9)
        #expect(Example(row: Array("1,b".utf8), line: 9, layout: layout) == nil)
    }
}
