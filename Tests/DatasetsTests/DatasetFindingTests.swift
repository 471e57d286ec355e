import Datasets
import Diagnostics
import Moderation
import TestSupport
import Testing

/// A line that is no example, its code, and the one-based byte of the line that the finding names.
struct BadLine: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var code: DatasetFindingCode
    var place: Int?

    init(_ text: String, _ code: DatasetFindingCode, at place: Int?) {
        self.init(Array(text.utf8), code, at: place)
    }

    init(_ bytes: [UInt8], _ code: DatasetFindingCode, at place: Int?) {
        self.bytes = bytes
        self.code = code
        self.place = place
    }

    var testDescription: String { "\(code.rawValue): \(String(decoding: bytes.prefix(80), as: UTF8.self))" }

    /// Codes that depend on other lines or on limits, which tests of their own cover.
    static let elsewhere: Set<DatasetFindingCode> = [
        .byteOrderMark, .overLongLine, .mixedShapes, .otherContent, .invalidTable, .wrongFieldCount,
    ]

    static let syntax: [BadLine] = [
        BadLine("{", .invalidJSON, at: 2),
        BadLine("nonsense", .invalidJSON, at: 2),
        BadLine("{} {}", .invalidJSON, at: 4),
        BadLine(goodRow + ",", .invalidJSON, at: goodRow.utf8.count + 1),
        BadLine(#"{"prompt":"a" "completion":"b"}"#, .invalidJSON, at: 15),
        BadLine(#"{"prompt":"a",}"#, .invalidJSON, at: 15),
        BadLine(#"{"prompt" "a"}"#, .invalidJSON, at: 11),
        BadLine(#"{prompt:"a"}"#, .invalidJSON, at: 2),
        BadLine(#"{"prompt":"a"#, .invalidJSON, at: 11),
        BadLine(#"{"prompt":"a\"#, .invalidJSON, at: 13),
        BadLine(#"{"prompt":"a\q"}"#, .invalidJSON, at: 13),
        BadLine(#"{"prompt":"\u12G4"}"#, .invalidJSON, at: 12),
        BadLine(#"{"prompt":"\u12"}"#, .invalidJSON, at: 12),
        BadLine("{\"prompt\":\"a\tb\"}", .invalidJSON, at: 13),
        BadLine(#"{"a":[1,]}"#, .invalidJSON, at: 9),
        BadLine(#"{"a":[1 2]}"#, .invalidJSON, at: 9),
        BadLine(#"{"a":tru}"#, .invalidJSON, at: 9),
        BadLine(#"{"a":NaN}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":Infinity}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":'b'}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":1}//"#, .invalidJSON, at: 8),
        BadLine("{\"a\":\u{A0}1}", .invalidJSON, at: 6),
        BadLine(#"{"a":"#, .invalidJSON, at: 6),
        BadLine(#"{"a":-}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":1.}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":.5}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":01}"#, .invalidJSON, at: 7),
        BadLine(#"{"a":+1}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":1e}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":1e+}"#, .invalidJSON, at: 6),
        BadLine(#"{"a":0x10}"#, .invalidJSON, at: 7),
        BadLine("{\"a\":\"b\"\u{FEFF}}", .invalidJSON, at: 9),
    ]

    static let bytes: [BadLine] = [
        BadLine(Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8), .invalidUTF8, at: 7),
        BadLine([0x7B, 0xC0, 0x80, 0x7D], .invalidUTF8, at: 2),
        BadLine(Array(#"{"a":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""}"#.utf8), .invalidUTF8, at: 7),
        BadLine(Array(#"{"é":""#.utf8) + [0xE2, 0x82], .invalidUTF8, at: 8),
        BadLine(Array(#"{"a":"é"#.utf8) + [0] + Array(#""}"#.utf8), .nulByte, at: 9),
        BadLine(#"{"a":"\u0000"}"#, .nulByte, at: 7),
        BadLine(#"{"\u0000":1}"#, .nulByte, at: 3),
        BadLine(#"{"a":"\uD83D"}"#, .loneSurrogate, at: 7),
        BadLine(#"{"a":"\uDE00"}"#, .loneSurrogate, at: 7),
        BadLine(#"{"a":"\uD83D\uD83D"}"#, .loneSurrogate, at: 7),
        BadLine(#"{"a":"\uD83D\n"}"#, .loneSurrogate, at: 7),
        BadLine(#"{"a":"b\ud83dx"}"#, .loneSurrogate, at: 8),
        BadLine(#"{"\uDE00":"b"}"#, .loneSurrogate, at: 3),
    ]

    static let keys: [BadLine] = [
        BadLine(#"{"a":1,"a":2}"#, .duplicateKey, at: 8),
        BadLine(#"{"a":1,"\u0061":2}"#, .duplicateKey, at: 8),
        BadLine(#"{"\u0061":1,"a":2}"#, .duplicateKey, at: 13),
        BadLine(#"{"\u0061":1,"\u0061":2}"#, .duplicateKey, at: 13),
        BadLine(#"{"":1,"b":2,"":3}"#, .duplicateKey, at: 13),
        BadLine(#"{"\/":1,"/":2}"#, .duplicateKey, at: 9),
        BadLine(#"{"\uD83D\uDE00":1,"😀":2}"#, .duplicateKey, at: 19),
        BadLine(#"{"x":[{"k":1,"k":2}]}"#, .duplicateKey, at: 14),
        BadLine(#"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"1":0}"#, .duplicateKey, at: 50),
        BadLine(#"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"9":0}"#, .duplicateKey, at: 56),
        BadLine(
            #"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"\u0032":0}"#, .duplicateKey, at: 56),
    ]

    static let shapes: [BadLine] = [
        BadLine("[]", .notAnObject, at: 1),
        BadLine("3", .notAnObject, at: 1),
        BadLine(#""text""#, .notAnObject, at: 1),
        BadLine("null", .notAnObject, at: 1),
        BadLine("{}", .unknownShape, at: 1),
        BadLine(#"{"Messages":[]}"#, .unknownShape, at: 1),
        BadLine(#"{"Text":"a"}"#, .unknownShape, at: 1),
        BadLine(#"{"text":"a","prompt":"b","completion":"c"}"#, .unknownShape, at: 1),
        BadLine(#"{"text":"a","messages":[]}"#, .unknownShape, at: 1),
        BadLine(#"{"conversations":[],"messages":[]}"#, .unknownShape, at: 1),
        BadLine(#"{"chosen":"a","rejected":"b","completion":"c"}"#, .unknownShape, at: 1),
        BadLine(#"{"chosen":"a","rejected":"b","text":"c"}"#, .unknownShape, at: 1),
        BadLine(#"{"chosen":"a","rejected":"b","prompt":"c","messages":[]}"#, .unknownShape, at: 1),
        BadLine(#"{"prompt":"a","chosen":"b"}"#, .missingField, at: 1),
        BadLine(#"{"prompt":"a","rejected":"b"}"#, .missingField, at: 1),
        BadLine(#"{"prompt":"a","chosen":"","rejected":"b"}"#, .emptyField, at: 24),
        BadLine(#"{"prompt":"a","chosen":3,"rejected":"b"}"#, .wrongType, at: 24),
        BadLine(#"{"chosen":[{"role":"user","content":"a"}],"rejected":"b"}"#, .noAssistantTurn, at: 11),
        BadLine(#"{"text":["a"]}"#, .wrongType, at: 9),
        BadLine(#"{"text":" "}"#, .emptyField, at: 9),
        BadLine(#"{"conversations":[{"from":"human","value":"a"}]}"#, .noAssistantTurn, at: 18),
        BadLine(#"{"conversations":[{"from":"gpt"}]}"#, .missingField, at: 19),
        BadLine(#"{"conversations":[{"from":"gpt","content":"a"}]}"#, .missingField, at: 19),
        BadLine(#"{"conversations":[{"from":"gpt","role":"user","value":"a"}]}"#, .unknownRole, at: 19),
        BadLine(#"{"messages":[{"role":"assistant","content":[{"text":"a"}]}]}"#, .missingField, at: 45),
        BadLine(#"{"messages":[{"role":"assistant","content":[{"type":"text"}]}]}"#, .missingField, at: 45),
        BadLine(#"{"messages":[{"role":"assistant","content":[{"type":"text","text":1}]}]}"#, .wrongType, at: 67),
        BadLine(#"{"messages":[{"role":"assistant","content":[7]}]}"#, .wrongType, at: 45),
        BadLine(
            #"{"messages":[{"role":"assistant","content":[{"type":"image_url","image_url":{}}]}]}"#, .emptyField,
            at: 44),
        BadLine(#"{"messages":[{"role":"assistant","content":null,"tool_calls":{}}]}"#, .wrongType, at: 62),
        BadLine(#"{"messages":[{"role":"assistant","content":null,"tool_calls":["a"]}]}"#, .wrongType, at: 63),
        BadLine(
            #"{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a"}]}]}"#, .missingField, at: 63),
        BadLine(#"{"messages":[{"role":"assistant","content":null,"tool_calls":[]}]}"#, .wrongType, at: 44),
        BadLine(#"{"messages":[{"role":"assistant","content":null,"tool_calls":null}]}"#, .wrongType, at: 44),
        BadLine(#"{"messages":[{"role":"assistant","tool_calls":[]}]}"#, .missingField, at: 14),
        BadLine(#"{"messages":[{"role":"assistant","content":"a","refusal":1}]}"#, .wrongType, at: 58),
        BadLine(#"{"messages":[],"prompt":"a"}"#, .unknownShape, at: 1),
        BadLine(#"{"prompt":"a","instruction":"b"}"#, .unknownShape, at: 1),
        BadLine(#"{"prompt":"a","completion":"b","output":"c"}"#, .unknownShape, at: 1),
        BadLine(goodRow.dropLast() + #","completion":"b"}"#, .unknownShape, at: 1),
        BadLine(#"{"input":"a","system":"b"}"#, .unknownShape, at: 1),
        BadLine(#"{"completion":"a"}"#, .missingField, at: 1),
        BadLine(#"{"input":"a","output":"b"}"#, .missingField, at: 1),
        BadLine(#"{"messages":"a"}"#, .wrongType, at: 13),
        BadLine(#"{"messages":null}"#, .wrongType, at: 13),
        BadLine(#"{"messages":["a"]}"#, .wrongType, at: 14),
        BadLine(#"{"messages":[3]}"#, .wrongType, at: 14),
        BadLine(#"{"messages":[{"role":1,"content":"a"}]}"#, .wrongType, at: 22),
        BadLine(#"{"messages":[{"role":"user","content":null}]}"#, .wrongType, at: 39),
        BadLine(#"{"messages":[{"role":"user","content":[]}]}"#, .emptyField, at: 39),
        BadLine(#"{"prompt":{},"completion":"a"}"#, .wrongType, at: 11),
        BadLine(#"{"instruction":"a","input":7,"output":"b"}"#, .wrongType, at: 28),
        BadLine(#"{"instruction":"a","system":[],"output":"b"}"#, .wrongType, at: 29),
        BadLine(#"{"messages":[{"content":"a"}]}"#, .missingField, at: 14),
        BadLine(#"{"messages":[{"role":"user"}]}"#, .missingField, at: 14),
        BadLine(#"{"prompt":"a"}"#, .missingField, at: 1),
        BadLine(#"{"instruction":"a","input":"b"}"#, .missingField, at: 1),
        BadLine(#"{"prompt":"","completion":"a"}"#, .emptyField, at: 11),
        BadLine("{\"prompt\":\"a\",\"completion\":\" \u{3000}\"}", .emptyField, at: 28),
        BadLine(#"{"prompt":"a","completion":"\n\t"}"#, .emptyField, at: 28),
        BadLine(#"{"messages":[{"role":"user","content":""}]}"#, .emptyField, at: 39),
        BadLine(#"{"messages":[{"role":"","content":"a"}]}"#, .emptyField, at: 22),
        BadLine(#"{"instruction":" ","output":"b"}"#, .emptyField, at: 16),
        BadLine(#"{"messages":[{"role":"bot","content":"a"}]}"#, .unknownRole, at: 14),
        BadLine(#"{"messages":[{"role":"User","content":"a"}]}"#, .unknownRole, at: 14),
        BadLine(#"{"messages":[]}"#, .noAssistantTurn, at: 13),
        BadLine(#"{"messages":[{"role":"user","content":"a"}]}"#, .noAssistantTurn, at: 13),
        BadLine(nested(65), .tooDeep, at: 8 + 59 + 5),
        BadLine(nested(5000), .tooDeep, at: 8 + 59 + 5),
    ]

    static let all = syntax + bytes + keys + shapes

    /// A row in which values are nested this deep.
    static func nested(_ depth: Int) -> String {
        let extra = depth - 1
        return #"{"meta":"# + String(repeating: "[", count: extra) + String(repeating: "]", count: extra) + "}"
    }
}

@Suite("Findings of single lines")
struct DatasetFindingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("A bad line gets its code, its place and its bytes, and its neighbours stay", arguments: BadLine.all)
    func badLine(line: BadLine) throws {
        let finding = try folder.finding(of: line.bytes)
        #expect(finding.rule == line.code.rule)
        if let place = line.place { #expect(finding.detail.hasSuffix(", at byte \(place) of the line")) }
    }

    @Test("The table above holds every code that one line alone can have")
    func everyCode() {
        let tried = Set(BadLine.all.map(\.code)).union(BadLine.elsewhere)
        #expect(tried == Set(DatasetFindingCode.allCases))
        #expect(Set(DatasetFindingCode.allCases.map(\.rule)).count == DatasetFindingCode.allCases.count)
    }

    @Test("A finding holds nothing of the row's text", arguments: BadLine.all)
    func noText(line: BadLine) throws {
        let marked = Array(#"{"zebra":"giraffe","#.utf8) + line.bytes.dropFirst()
        let dataset = try folder.read(Array((goodRow + "\n").utf8) + marked + [0x0A])
        for finding in dataset.findings {
            #expect(!finding.detail.contains("zebra"))
            #expect(!finding.detail.contains("giraffe"))
        }
    }

    @Test("A byte order mark is the first line's fault only")
    func byteOrderMark() throws {
        let dataset = try folder.read("\u{FEFF}\(goodRow)\n\(goodRow)\n")
        let size = goodRow.utf8.count
        #expect(dataset.findings.map(\.rule) == ["dataset.byte-order-mark"])
        #expect(dataset.findings.first?.line == 1)
        #expect(dataset.findings.first?.byteRange == 0..<size + 3)
        #expect(dataset.examples.first?.byteRange == size + 4..<2 * size + 4)
        let later = try folder.read("\(goodRow)\n\u{FEFF}\(goodRow)\n")
        #expect(later.findings.map(\.rule) == ["dataset.invalid-json"])
    }

    @Test("The first example's shape is everyone's")
    func mixedShapes() throws {
        let other = #"{"prompt":"a","completion":"b"}"#
        let dataset = try folder.read("{}\n\(goodRow)\n\(other)\n\(goodRow)\n")
        #expect(dataset.shape == .chat)
        #expect(dataset.examples.map(\.line) == [2, 4])
        #expect(dataset.findings.map(\.rule) == ["dataset.unknown-shape", "dataset.mixed-shapes"])
        let start = 3 + goodRow.utf8.count + 1
        #expect(dataset.findings.last?.byteRange == start..<start + other.utf8.count)
        #expect(dataset.findings.last?.line == 3)
    }

    @Test("Values may be nested up to the limit")
    func depthLimit() throws {
        func row(_ depth: Int) -> String {
            let brackets = depth - 1
            return goodRow.dropLast() + #","meta":"# + String(repeating: "[", count: brackets)
                + String(repeating: "]", count: brackets) + "}"
        }
        let dataset = try folder.read("\(row(64))\n\(row(65))\n")
        #expect(dataset.examples.map(\.line) == [1])
        #expect(dataset.findings.map(\.rule) == ["dataset.too-deep"])
    }
}
