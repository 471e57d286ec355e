import AuditLog
import Foundation
import Testing

@Suite("Printing records")
struct AuditOutputTests {
    private let record = AuditRecord(
        sequence: 7, time: "2026-03-01T08:15:00.000000Z", actor: "uid:1000 lethe scan", event: "example.decided",
        subject: "=rows,\u{1b}[31m\n\"x\".jsonl:2", dataset: digest("a"), customer: "acme\u{202e}", rule: "bias",
        verdict: nil, disposition: "quarantined", line: 2, body: #"{"line":2,"score":0.1}"#,
        previousHash: digest("0"), hash: digest("f"))

    @Test(
        "Control characters are escaped",
        arguments: [
            ("plain é 文字 😀", "plain é 文字 😀"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{0}\u{7f}\u{9b}", "\\u{0}\\u{7f}\\u{9b}"), ("a\u{202e}b\u{2028}", "a\\u{202e}b\\u{2028}"),
            ("a\r\nb", "a\\r\\nb"), ("C:\\n", "C:\\\\n"),
        ])
    func escape(_ text: String, _ expected: String) {
        #expect(TerminalText.escape(text) == expected)
    }

    @Test("CSV keeps a record on one line, quoted where it must be, and starts no formula")
    func csv() {
        let line = record.csv()
        let expected =
            #"7,2026-03-01T08:15:00.000000Z,uid:1000 lethe scan,example.decided,"'=rows,\u{1b}[31m\n""x"".jsonl:2","#
            + digest("a") + #",acme\u{202e},bias,,quarantined,2,"{""line"":2,""score"":0.1}","#
            + digest("0") + "," + digest("f")
        #expect(line == expected)
        #expect(AuditRecord.csvHeader.split(separator: ",").count == 14)
    }

    @Test("JSON holds every field, and the body as an object")
    func json() throws {
        let object = try JSONSerialization.jsonObject(with: Data(record.json().utf8))
        let fields = try #require(object as? [String: Any])
        #expect(fields.count == 14)
        #expect(fields["subject"] as? String == record.subject)
        #expect(fields["verdict"] is NSNull)
        #expect((fields["body"] as? [String: Any])?["score"] as? Double == 0.1)
        #expect(!record.json().contains("\n"))
    }

    @Test("A body that someone broke is a text in JSON")
    func brokenBody() throws {
        var record = record
        record.body = #"{"line":2},"x":{"#
        let object = try JSONSerialization.jsonObject(with: Data(record.json().utf8)) as? [String: Any]
        #expect(object?["body"] as? String == record.body)
    }

    @Test("The table is aligned, with a short SHA-256")
    func table() {
        var table = AuditTable()
        var second = record
        (second.sequence, second.line, second.disposition, second.verdict) = (1234, nil, nil, "cleared-with-removals")
        (second.rule, second.customer, second.subject, second.event) = (nil, nil, "rows.jsonl", "dataset.judged")
        table.append(record)
        table.append(second)
        let expected = #"""
            SEQUENCE  TIME                         EVENT            DATASET       LINE  OUTCOME                RULE  CUSTOMER      SUBJECT
                   7  2026-03-01T08:15:00.000000Z  example.decided  aaaaaaaaaaaa     2  quarantined            bias  acme\u{202e}  =rows,\u{1b}[31m\n"x".jsonl:2
                1234  2026-03-01T08:15:00.000000Z  dataset.judged   aaaaaaaaaaaa     -  cleared-with-removals  -     -             rows.jsonl

            """#
        #expect(table.flush() == expected)
    }

    @Test("The long form shows every field that is set, and no control character")
    func detailed() {
        let text = record.detailedText()
        #expect(text.contains("customer:      acme\\u{202e}\n"))
        #expect(text.contains("hash:          " + digest("f")))
        #expect(!text.contains("verdict:"))
        #expect(text.hasSuffix("body:\n  {\n    \"line\": 2,\n    \"score\": 0.1\n  }\n"))
        #expect(!text.contains("\u{1b}"))
    }
}
