import Datasets
import Moderation
import TestSupport
import Testing

@Suite("Preference pairs")
struct PreferenceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func example(_ row: String) throws -> Example {
        let dataset = try folder.read(row + "\n")
        try #require(dataset.findings.isEmpty, "\(dataset.findings)")
        #expect(dataset.shape == .preference)
        return try #require(dataset.examples.first)
    }

    private let asked = Turn(role: .user, text: "q")
    private let good = Turn(role: .assistant, text: "yes")
    private let bad = Turn(role: .assistant, text: "no")

    private static let side = #"[{"role":"user","content":"q"},{"role":"assistant","content":"@"}]"#

    /// A row with both sides written alike.
    private static func pair(_ context: String, _ side: String) -> String {
        "{\(context)\"chosen\":\(side.replacing("@", with: "yes")),\"rejected\":\(side.replacing("@", with: "no"))}"
    }

    @Test(
        "Every layout gives the same two conversations",
        arguments: [
            pair(#""prompt":"q","#, #""@""#),
            pair(#""prompt":[{"role":"user","content":"q"}],"#, #""@""#),
            pair(#""prompt":[{"role":"user","content":"q"}],"#, #"[{"role":"assistant","content":"@"}]"#),
            pair(#""prompt":"q","#, #"{"role":"assistant","content":"@"}"#),
            pair(#""prompt":"q","#, side),
            pair(#""prompt":"","#, side),
            pair("", side),
            pair(#""conversations":[{"from":"human","value":"q"}],"#, #"{"from":"gpt","value":"@"}"#),
            pair(#""messages":[{"role":"user","content":"q"}],"#, #""@""#),
            pair(#""instruction":"q","input":"","#, #""@""#),
        ])
    func layouts(row: String) throws {
        let example = try example(row)
        #expect(example.turns == [asked, good])
        #expect(example.rejected == [asked, bad])
        #expect(example.rejectedSide?.turns == [bad])
        #expect(example.rejectedSide?.line == example.line)
        #expect(example.rejectedSide?.byteRange == example.byteRange)
    }

    @Test(
        "A side that does not end in the assistant's turn is no row, whatever stands before it",
        arguments: [#"[{"role":"user","content":"@"}]"#, #"{"role":"user","content":"@"}"#, "[]"])
    func sides(side: String) throws {
        let context = #""prompt":[{"role":"user","content":"q"},{"role":"assistant","content":"fine"}],"#
        #expect(try folder.finding(of: Array(Self.pair(context, side).utf8)).rule == "dataset.no-assistant-turn")
    }

    @Test("Sides alone need no prompt")
    func withoutPrompt() throws {
        let example = try example(Self.pair("", #""@""#))
        #expect(example.turns == [good])
        #expect(example.rejected == [bad])
    }

    @Test("A system prompt stands before both sides")
    func system() throws {
        let example = try example(Self.pair(#""system":"s","prompt":"q","#, #""@""#))
        let first = Turn(role: .system, text: "s")
        #expect(example.turns == [first, asked, good])
        #expect(example.rejected == [first, asked, bad])
    }

    @Test("Sides that part early are judged from where they part")
    func parting() throws {
        let example = try example(
            #"{"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"yes"}],"#
                + #""rejected":[{"role":"user","content":"other"},{"role":"assistant","content":"no"}]}"#)
        #expect(example.rejectedSide?.turns == [Turn(role: .user, text: "other"), bad])
    }

    @Test("An empty rejected answer, and one like the chosen, say nothing of their own")
    func nothingRejected() throws {
        let empty = try example(#"{"prompt":"q","chosen":"yes","rejected":""}"#)
        #expect(empty.rejectedSide == nil)
        let same = try example(#"{"prompt":"q","chosen":"yes","rejected":"yes"}"#)
        #expect(same.rejected == [asked, good])
        #expect(same.rejectedSide == nil)
    }

    @Test("A row without sides has none")
    func noPair() throws {
        #expect(try folder.read(goodRow + "\n").examples.first?.rejected == nil)
    }

    @Test("Plain text is what a model learns to say")
    func text() throws {
        #expect(try folder.turns(of: #"{"text":"once\n upon","id":7}"#) == ["assistant: once\n upon"])
    }
}
