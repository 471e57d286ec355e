import Datasets
import Diagnostics
import Moderation
import TestSupport
import Testing

@Suite("Shapes of rows")
struct RowShapeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(
        "Rows of the three shapes become turns",
        arguments: [
            (
                #"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}"#,
                ["user: Hi", "assistant: Hello"]
            ),
            (
                #"{"messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"1"},"#
                    + #"{"role":"assistant","content":"2"},{"role":"user","content":"3"},"#
                    + #"{"role":"tool","content":""},{"role":"assistant","content":"4"}]}"#,
                ["system: Be brief", "user: 1", "assistant: 2", "user: 3", "tool: ", "assistant: 4"]
            ),
            (
                #"{"messages":[{"role":"system","content":""},{"role":"assistant","content":"a"}]}"#,
                ["system: ", "assistant: a"]
            ),
            (
                #" { "messages" : [ { "content" : "a" , "role" : "assistant" , "weight" : 1 } ] , "id" : null } "#,
                ["assistant: a"]
            ),
            (#"{"prompt":"p","completion":"c"}"#, ["user: p", "assistant: c"]),
            (#"{"completion":"c","meta":{"prompt":3},"prompt":"p"}"#, ["user: p", "assistant: c"]),
            (#"{"instruction":"i","input":"n","output":"o"}"#, ["user: i\n\nn", "assistant: o"]),
            (#"{"instruction":"i","input":"","output":"o"}"#, ["user: i", "assistant: o"]),
            (#"{"instruction":"i","output":"o"}"#, ["user: i", "assistant: o"]),
            (#"{"output":"o","system":"s","instruction":"i"}"#, ["system: s", "user: i", "assistant: o"]),
            (#"{"instruction":"i","system":"","output":"o"}"#, ["user: i", "assistant: o"]),
        ])
    func turns(row: String, expected: [String]) throws {
        #expect(try folder.turns(of: row) == expected)
    }

    @Test("Each shape is known by its key")
    func shapes() throws {
        #expect(try folder.read(goodRow).shape == .chat)
        #expect(try folder.read(#"{"prompt":"p","completion":"c"}"#).shape == .completion)
        #expect(try folder.read(#"{"instruction":"i","output":"o"}"#).shape == .instruction)
    }

    @Test(
        "Escapes in texts are resolved",
        arguments: [
            (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#"\u0041\u00e9\u20AC"#, "Aé€"),
            (#"\uD83D\uDE00\ud83d\ude00"#, "😀😀"),
            (#"\uD800\uDC00\uDBFF\uDFFF"#, "\u{10000}\u{10FFFF}"),
            (
                #"a long plain text that is wider than a block of sixteen\n, and goes on"#,
                "a long plain text that is wider than a block of sixteen\n, and goes on"
            ),
            ("日本語 mixed with ASCII, wider than sixteen bytes", "日本語 mixed with ASCII, wider than sixteen bytes"),
            ("e\u{301}", "e\u{301}"),
            (#"\u200b"#, "\u{200B}"),
        ])
    func escapes(written: String, meant: String) throws {
        let turns = try folder.turns(of: #"{"prompt":"\#(written)","completion":"c"}"#)
        #expect(turns.map { Array($0.utf8) } == [Array("user: \(meant)".utf8), Array("assistant: c".utf8)])
    }

    @Test("Escapes in keys and roles are resolved")
    func escapedKeys() throws {
        #expect(
            try folder.turns(of: #"{"pr\u006Fmpt":"p","\u0063ompletion":"c","\uD83D\uDE00":1}"#) == [
                "user: p", "assistant: c",
            ])
        #expect(
            try folder.turns(of: #"{"messages":[{"r\u006fle":"\u0061ssistant","content":"a"}]}"#) == ["assistant: a"])
    }

    @Test(
        "Extra values of every kind are passed over, whatever a number's size",
        arguments: [
            "1e999", "-0", "0.5", "-1E-999", "123456789012345678901234567890", "1e+5", "true", "false", "null", "[]",
            "{}", #"[1,"a",{"b":[null]}]"#, #""text""#, "[ ]", "{ }",
        ])
    func extraValues(value: String) throws {
        let turns = try folder.turns(of: #"{"extra":\#(value),"prompt":"p","completion":"c"}"#)
        #expect(turns == ["user: p", "assistant: c"])
    }

    @Test("Many different keys are fine, and equal keys of different objects too")
    func manyKeys() throws {
        let extra = (0..<500).map { #""key\#($0)":{"a":1,"prompt":2}"# }.joined(separator: ",")
        #expect(try folder.turns(of: "{\(extra),\"prompt\":\"p\",\"completion\":\"c\"}").count == 2)
        let escaped = (0..<20).map { #""\u00\#(40 + $0)":1"# }.joined(separator: ",")
        #expect(try folder.turns(of: "{\(escaped),\"prompt\":\"p\",\"completion\":\"c\"}").count == 2)
    }
}
