import AuditLog
import Moderation
import TestSupport
import Testing

@Suite("Counting")
struct AuditStatisticsTests {
    private let folder: TemporaryFolder
    private let reader: AuditReader

    init() throws {
        folder = try TemporaryFolder()
        let database = try AuditDatabase(path: folder.file("audit.sqlite"), clock: { sampleDate })
        try database.append(sampleJudgement(rows: 11), actor: "test")
        try database.append(
            sampleJudgement(name: "two.jsonl", sha256: digest("b"), customer: "=\u{1b}x", rows: 1, verdict: .rejected),
            actor: "test")
        reader = database.reader
    }

    @Test("Every column is counted, the most frequent values first")
    func counts() throws {
        let statistics = try reader.statistics(matching: AuditQuery())
        #expect(statistics.records == 14)
        #expect(
            statistics.text() == """
                BY           VALUE                  RECORDS
                event        example.decided             12
                event        dataset.judged               2
                verdict      cleared-with-removals        1
                verdict      rejected                     1
                rule         bias                         3
                rule         greeting                     1
                customer     acme                        12
                customer     =\\u{1b}x                     2
                disposition  accepted                     9
                disposition  quarantined                  3
                records: 14

                """)
    }

    @Test("Conditions choose what is counted")
    func conditions() throws {
        var query = AuditQuery()
        (query.dataset, query.disposition) = ("b", .quarantined)
        let statistics = try reader.statistics(matching: query)
        #expect(
            statistics.json() == #"{"counts":{"customer":{"=\u001bx":1},"disposition":{"quarantined":1},"#
                + #""event":{"example.decided":1},"rule":{"bias":1},"verdict":{}},"records":1}"#)
        #expect(
            statistics.csv() == "by,value,records\r\nevent,example.decided,1\r\nrule,bias,1\r\n"
                + "customer,'=\\u{1b}x,1\r\ndisposition,quarantined,1\r\n")
    }

    @Test("Where nothing matches, there is nothing to count")
    func none() throws {
        var query = AuditQuery()
        query.rule = "other"
        #expect(try reader.statistics(matching: query).records == 0)
    }
}
