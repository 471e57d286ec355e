import Datasets
import Moderation
import Testing

@Suite("Rows by themselves")
struct ExampleRowTests {
    @Test("A row gives its turns and keeps its line")
    func row() throws {
        let example = try #require(Example(row: Array(#"{"prompt":"a","completion":"b"}"#.utf8), line: 7))
        #expect(example.line == 7)
        #expect(example.turns == [Turn(role: .user, text: "a"), Turn(role: .assistant, text: "b")])
    }

    @Test("A row longer than a dataset's lines by default is read all the same")
    func long() {
        let text = String(repeating: "x", count: 2 << 20)
        #expect(
            Example(row: Array(#"{"prompt":"\#(text)","completion":"b"}"#.utf8), line: 1)?.turns.first?.text == text)
    }

    @Test("What is no row gives none", arguments: ["", " ", "{", "[]", #"{"prompt":"a"}"#, "\u{FEFF}{}"])
    func none(text: String) {
        #expect(Example(row: Array(text.utf8), line: 1) == nil)
    }
}
