import Datasets
import Moderation
import TestSupport
import Testing

@Suite("Messages and their parts")
struct MessageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(
        "Every name of a role stands for one of four",
        arguments: [
            ("system", "system"), ("developer", "system"), ("user", "user"), ("human", "user"),
            ("assistant", "assistant"), ("gpt", "assistant"), ("chatgpt", "assistant"), ("model", "assistant"),
            ("function_call", "assistant"), ("tool", "tool"), ("function", "tool"), ("observation", "tool"),
            ("function_response", "tool"),
        ])
    func roles(name: String, role: String) throws {
        #expect(
            try folder.turns(
                of: #"{"messages":[{"role":"\#(name)","content":"a"},{"role":"assistant","content":"b"}]}"#) == [
                    "\(role): a", "assistant: b",
                ])
        #expect(
            try folder.turns(of: #"{"conversations":[{"from":"\#(name)","value":"a"},{"from":"gpt","value":"b"}]}"#)
                == ["\(role): a", "assistant: b"])
    }

    @Test("A system prompt beside a conversation stands before it")
    func system() throws {
        let talk = #""conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]"#
        #expect(try folder.turns(of: #"{"system":"s",\#(talk)}"#) == ["system: s", "user: a", "assistant: b"])
        #expect(try folder.turns(of: #"{"system":"",\#(talk)}"#) == ["user: a", "assistant: b"])
        #expect(try folder.turns(of: #"{"system":null,\#(talk)}"#) == ["user: a", "assistant: b"])
    }

    @Test(
        "The texts of parts follow one another without anything between",
        arguments: [
            (#"[{"type":"text","text":"bo"},{"type":"text","text":"mb"}]"#, "bomb"),
            (#"["bo",{"type":"input_text","text":"mb"}]"#, "bomb"),
            (#"[{"text":"\u0061","type":"output_text","annotations":[]}]"#, "a"),
            (#"[{"type":"refusal","refusal":"no"},{"type":"text","text":""}]"#, "no"),
            (#"[{"type":"thinking","thinking":"hm","signature":"x"},{"type":"text","text":"!"}]"#, "hm!"),
        ])
    func parts(content: String, text: String) throws {
        #expect(
            try folder.turns(of: #"{"messages":[{"role":"assistant","content":\#(content)}]}"#) == [
                "assistant: \(text)"
            ])
    }

    @Test("What an assistant's message says beside its content is part of its turn")
    func fields() throws {
        #expect(
            try folder.turns(
                of: #"{"messages":[{"role":"assistant","content":"c","reasoning_content":"r","name":"n"}]}"#) == [
                    "assistant: r\n\nc"
                ])
        #expect(
            try folder.turns(of: #"{"messages":[{"role":"assistant","content":null,"refusal":"no"}]}"#) == [
                "assistant: no"
            ])
        #expect(
            try folder.turns(
                of: #"{"messages":[{"role":"user","content":"q","thinking":"t"},{"role":"assistant","content":"a"}]}"#)
                == ["user: q", "assistant: a"])
    }

    @Test(
        "Calls of tools are what the assistant says",
        arguments: [
            (
                #"null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]"#,
                "f\n{\"a\":1}"
            ),
            (
                #"null,"tool_calls":[{"function":{"name":"f","arguments":{"k":"\u0061","l":[1,"\n"]}}}]"#,
                "f\n{\"k\":\"a\",\"l\":[1,\"\n\"]}"
            ),
            (#"null,"tool_calls":[{"name":"f","arguments":"x"},{"name":"g"}]"#, "f\nx\n\ng"),
            (#"null,"tool_calls":[{"type":"custom","custom":{"name":"f","input":"x"}}]"#, "f\nx"),
            (#""","tool_calls":[{"function":{"arguments":"x"}}]"#, "x"),
            (#""text","tool_calls":[{"function":{"name":"f","arguments":"x"}}]"#, "text\n\nf\nx"),
            (#"null,"function_call":{"name":"f","arguments":"x"}"#, "f\nx"),
            (
                #"null,"tool_calls":[{"function":{"name":"f","arguments":"{}","note":"\u0062"}}]"#,
                #"{"function":{"name":"f","arguments":"{}","note":"b"}}"#
            ),
            (
                #"null,"tool_calls":[{"name":"f","arguments":"x","note":"y"}]"#,
                #"{"name":"f","arguments":"x","note":"y"}"#
            ),
            (
                #"null,"tool_calls":[{"function":{"name":"f"},"arguments":"x"}]"#,
                #"{"function":{"name":"f"},"arguments":"x"}"#
            ),
            (#"null,"tool_calls":[{"function":"x","name":"f"}]"#, #"{"function":"x","name":"f"}"#),
        ])
    func toolCalls(rest: String, text: String) throws {
        #expect(
            try folder.turns(of: #"{"messages":[{"role":"assistant","content":\#(rest)}]}"#) == ["assistant: \(text)"])
    }

    @Test(
        "What a trainer may read in two ways is no row",
        arguments: [
            #"{"role":"assistant","content":"a","value":"b"}"#, #"{"from":"gpt","content":"a","value":"b"}"#,
            #"{"role":"assistant","content":[{"type":"refusal","refusal":"a","text":"b"}]}"#,
            #"{"role":"assistant","content":[{"type":"text","text":"a","thinking":"b"}]}"#,
            #"{"role":"assistant","tool_calls":[{"function":{"name":"f"},"custom":{"name":"g"}}]}"#,
        ])
    func ambiguous(message: String) throws {
        #expect(try folder.finding(of: Array(#"{"messages":[\#(message)]}"#.utf8)).rule == "dataset.unknown-shape")
    }

    @Test("A text in a part of another type is judged with the rest")
    func otherText() throws {
        let content = #"[{"type":"image","text":"a"},{"type":"text","text":"b"}]"#
        let dataset = try folder.read(#"{"messages":[{"role":"assistant","content":\#(content)}]}"#)
        #expect(dataset.examples.map(\.turns) == [[Turn(role: .assistant, text: "ab")]])
        #expect(dataset.findings.map(\.rule) == ["dataset.other-content"])
    }

    @Test(
        "A system prompt stands before a row of every shape",
        arguments: [
            #""messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#,
            #""prompt":"a","completion":"b""#, #""instruction":"a","output":"b""#,
        ])
    func systemPrompt(fields: String) throws {
        #expect(try folder.turns(of: #"{"system":"s",\#(fields)}"#) == ["system: s", "user: a", "assistant: b"])
    }

    @Test("A call needs no content at all")
    func missingContent() throws {
        #expect(
            try folder.turns(of: #"{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}]}"#)
                == ["assistant: f"])
    }

    @Test("Parts that are no text are a finding, and the row stays one", arguments: [Action.quarantine, .flag])
    func otherParts(action: Action) throws {
        var rules = RowRules()
        rules.otherContent = action
        let image = #"{"type":"image_url","image_url":{"url":"data:"}}"#
        let row = #"{"messages":[{"role":"user","content":[\#(image),\#(image)]},{"role":"assistant","content":"a"}]}"#
        let path = try folder.write("\(goodRow)\n\(row)\n", to: "images.jsonl")
        let dataset = try DatasetReader(rules: rules).read(path)
        #expect(dataset.examples.count == 2)
        #expect(dataset.malformedLines.isEmpty)
        let finding = try #require(dataset.findings.first)
        #expect(dataset.findings.count == 1)
        #expect(finding.rule == "dataset.other-content")
        #expect(finding.action == action)
        #expect(finding.line == 2)
        #expect(finding.byteRange == dataset.examples[1].byteRange)
        #expect(finding.detail.hasPrefix("2 parts "))
    }

    @Test("A customer's own names are read, and the usual ones of the same fields no longer")
    func names() throws {
        var rules = RowRules()
        rules.names.columns = [.prompt: "question", .completion: "answer"]
        rules.names.roles = ["bot": .assistant, "user": .system]
        let reader = DatasetReader(rules: rules)
        let path = try folder.write(
            """
            {"question":"q","answer":"a"}
            {"prompt":"q","completion":"a"}
            {"question":"q","answer":"a","prompt":"p"}

            """, to: "named.jsonl")
        let dataset = try reader.read(path)
        #expect(dataset.examples.map(\.turns) == [[Turn(role: .user, text: "q"), Turn(role: .assistant, text: "a")]])
        #expect(dataset.findings.map(\.rule) == ["dataset.unknown-shape", "dataset.unknown-shape"])
        let chat = try reader.read(
            folder.write(
                #"{"messages":[{"role":"user","content":"q"},{"role":"bot","content":"a"}]}"#, to: "chat.jsonl"))
        #expect(chat.examples.first?.turns.map(\.role) == [.system, .assistant])
        // Names that change places are no names twice.
        rules.names.columns = [.prompt: "completion", .completion: "prompt"]
        let swapped = try DatasetReader(rules: rules).read(
            folder.write(#"{"prompt":"a","completion":"q"}"#, to: "swapped.jsonl"))
        #expect(swapped.examples.first?.turns.map(\.text) == ["q", "a"])
    }
}
