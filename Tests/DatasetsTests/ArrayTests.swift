import Datasets
import Moderation
import TestSupport
import Testing

private let good = #"{"prompt":"a","completion":"b"}"#

@Suite("JSON arrays")
struct ArrayTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let rows = [
        good, #"{ "prompt" : "[,]\"}" , "completion":"\\" }"#,
        "{\n  \"prompt\": \"p\",\n  \"meta\": [1, {\"x\": [2, 3]}],\n  \"completion\": \"c\"\n}",
    ]

    private static let frames: [(String, String, String)] = [
        ("[", ",", "]"), ("[\n  ", ",\n  ", "\n]\n"), (" \n[ ", " , ", " ] \n "), ("[\r\n", "\r\n,\r\n", "\r\n]\r\n"),
    ]

    @Test("Rows are the array's elements, however it is laid out", arguments: frames)
    func layouts(opening: String, comma: String, closing: String) throws {
        let text = opening + Self.rows.joined(separator: comma) + closing
        let dataset = try folder.read(text, named: "rows.json")
        #expect(dataset.format == DatasetFormat(.array))
        #expect(dataset.findings.isEmpty)
        #expect(dataset.examples.map(\.line) == [1, 2, 3])
        #expect(dataset.examples.map { $0.turns[0].text } == ["a", "[,]\"}", "p"])
        #expect(expectCover(dataset))
        let bytes = Array(text.utf8)
        #expect(dataset.examples.map { String(decoding: bytes[$0.byteRange], as: UTF8.self) } == Self.rows)
    }

    @Test("The cleared output is an array of the rows' own bytes", arguments: [[0, 1, 2], [0, 2], [1], []])
    func output(kept: [Int]) throws {
        let text = "[\n  " + Self.rows.joined(separator: ",\n  ") + "\n]\n"
        let dataset = try folder.read(text, named: "rows.json")
        let written = try folder.output(dataset, kept.map { dataset.exampleLines[$0] })
        let rows = kept.map { "\n" + Self.rows[$0] }.joined(separator: ",")
        #expect(String(decoding: written, as: UTF8.self) == "[\(rows)\n]\n")
        guard !kept.isEmpty else { return }
        let again = try folder.read(written, named: "cleared.json")
        #expect(again.examples.map(\.turns) == kept.map { dataset.examples[$0].turns })
    }

    @Test(
        "Elements that are no rows are quarantined one by one",
        arguments: [
            ("[\(good),3,\(good)]", [2]), ("[\(good),{,\(good)]", [2]), ("[\(good),,\(good)]", [2]),
            ("[\(good),]", [2]), ("[,\(good)]", [1]), ("[\(good) \(good),\(good)]", [1]),
            ("[\(good),{\"a\":1],\(good)]", [2]), ("[\(good),[\(good)],\(good)]", [2]),
            ("[\(good),", [2]), ("[\(good),\(good)", [2]), ("[\(good),\"", [2]),
            ("[\(good)] x", [2]), ("[\(good)][\(good)]", [2]), ("[\(good)],", [2]),
            ("[\(good),}\(good)]", [2]), ("[\(good),\(good)}]", [2]), ("[\(good),\u{FEFF}\(good)]", [2]),
            ("[\(good),\u{A0}\(good)]", [2]),
        ] as [(String, [Int])])
    func malformed(text: String, lines: [Int]) throws {
        let dataset = try folder.read(text, named: "rows.json")
        #expect(dataset.malformedLines.map(\.line) == lines)
        #expect(expectCover(dataset))
        var copies: [[UInt8]] = []
        try DatasetRows(dataset).forEach(dataset.malformedLines) { _, bytes in copies.append(bytes) }
        let bytes = Array(text.utf8)
        #expect(copies == dataset.malformedLines.map { Array(bytes[$0.bytes]) })
    }

    @Test("An array without a row is no dataset", arguments: ["[]", "[ ]", "[", "[1]", "[}", "[\(good)"])
    func nothing(text: String) throws {
        #expect(try folder.refusal(of: Array(text.utf8), named: "rows.json").code == .noExamples)
    }

    @Test("Elements and white space that span chunks are whole")
    func chunks() throws {
        let long = (0..<40).map { index in
            #"{"prompt":"\#(String(repeating: "y\\\\\\\"", count: index * 5000 + 1))","completion":"c"}"#
        }
        let text = "[" + long.joined(separator: String(repeating: " ", count: 300_000) + ",\n") + "]"
        var limits = DatasetLimits()
        limits.maximumLineBytes = 2 << 20
        let dataset = try folder.read(text, named: "rows.json", limits: limits)
        #expect(dataset.examples.count == 40)
        #expect(expectCover(dataset))
        var copies: [String] = []
        try DatasetRows(dataset).forEach(dataset.exampleLines) { copies.append(String(decoding: $1, as: UTF8.self)) }
        let areSame = copies == long
        #expect(areSame)
    }

    @Test("An element longer than the limit is quarantined, and not kept")
    func overLong() throws {
        var limits = DatasetLimits()
        limits.maximumLineBytes = 100
        let long = #"{"prompt":"\#(String(repeating: "y", count: 200))","completion":"c"}"#
        let dataset = try folder.read("[\(long),\(good)]", named: "rows.json", limits: limits)
        #expect(dataset.findings.map(\.rule) == ["dataset.over-long-line"])
        #expect(dataset.examples.map(\.line) == [2])
        #expect(expectCover(dataset))
    }

    @Test("A byte order mark before an array is refused with the way to take it away")
    func byteOrderMark() throws {
        let error = try folder.refusal(of: Array("\u{FEFF}[\(good)]".utf8), named: "rows.json")
        #expect(error.code == .unsupportedFormat)
        #expect(error.remedy?.contains("tail -c +4") == true)
    }

    @Test("Lines whose first is an array stay lines where the name says so")
    func lines() throws {
        let text = "[1]\n\(good)\n"
        let dataset = try folder.read(text, named: "rows.jsonl")
        #expect(dataset.format.layout == .lines)
        #expect(dataset.examples.map(\.line) == [2])
        #expect(try folder.refusal(of: Array(text.utf8), named: "rows.json").code == .noExamples)
        #expect(try folder.read("[\n\(good)\n]\n", named: "rows.jsonl").format.layout == .array)
    }
}
