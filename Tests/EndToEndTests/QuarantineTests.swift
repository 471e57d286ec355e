import Foundation
import HTTPTransfer
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("lethe quarantine")
    struct QuarantineTests {
        private let fixture: DaemonFixture
        private let rows = DaemonFixture.rows(6, bad: [1, 4, 6])
        private let digest: String
        private let id: String

        init() throws {
            fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            digest = try fixture.submit(rows)
            let gate = try fixture.gate(digest)
            #expect(gate.status == 0)
            id = try #require(try gate.json()["dataset"] as? String)
        }

        private func cleared() throws -> String {
            let path = try #require(try fixture.gate(digest).json()["path"] as? String)
            return try String(contentsOfFile: path, encoding: .utf8)
        }

        private func rows(without removed: Set<Int>) -> String {
            rows.split(separator: "\n").enumerated().filter { !removed.contains($0.offset + 1) }
                .map { $0.element + "\n" }.joined()
        }

        @Test("A released row joins the cleared output in its place; who and why are recorded")
        func release() throws {
            #expect(try fixture.run("quarantine", "release", id, "4").status == 2)
            let outcome = try fixture.run("quarantine", "release", id, "4", "6", "--reason", "a quotation")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try cleared() == rows(without: [1]))
            let records = try fixture.records("--event", "example.released")
            #expect(records.compactMap { $0["line"] as? Int } == [4, 6])
            #expect(records.allSatisfy { ($0["actor"] as? String)?.hasPrefix("uid:\(getuid())") == true })
            #expect((records[0]["body"] as? [String: Any])?["reason"] as? String == "a quotation")
            let manifest = try JSONSerialization.jsonObject(
                with: Data(
                    contentsOf: URL(fileURLWithPath: fixture.folder.file("state/cleared/acme/\(id)/manifest.json"))))
            #expect((manifest as? [String: Any])?["released"] as? [Int] == [4, 6])
            #expect(try fixture.run("audit", "verify").status == 0)
        }

        @Test("A release survives a restart, a reload, a re-judgement, and the same dataset coming again")
        func lasting() throws {
            #expect(try fixture.run("quarantine", "release", id, "4", "--reason", "harmless").status == 0)
            try fixture.kill()
            try fixture.start()
            #expect(try cleared() == rows(without: [1, 6]))
            #expect(try fixture.run("reload").status == 0)
            #expect(try cleared() == rows(without: [1, 6]))
            _ = try fixture.submit(rows)
            try fixture.eventually("the second one is not decided") {
                let datasets = try fixture.datasets()
                return datasets.count == 2 && datasets.allSatisfy { $0["state"] as? String == "decided" }
            }
            #expect(try cleared() == rows(without: [1, 6]))
            #expect(try fixture.run("dataset", "rejudge", id, "--reason", "again").status == 0)
            #expect(try fixture.gate(id).status == 0)
            let path = fixture.folder.file("state/cleared/acme/\(id)/data.jsonl")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == rows(without: [1, 6]))
            let listed = try fixture.run("quarantine", "list", "--state", "released", "--json").json()
            #expect((listed["cases"] as? [Any])?.count == 2)
        }

        @Test("restore takes a release back, and confirm closes a case")
        func restore() throws {
            #expect(try fixture.run("quarantine", "release", id, "1", "4", "--reason", "harmless").status == 0)
            #expect(try cleared() == rows(without: [6]))
            #expect(try fixture.run("quarantine", "restore", id, "1", "--reason", "it is not").status == 0)
            #expect(try cleared() == rows(without: [1, 6]))
            #expect(try fixture.run("quarantine", "confirm", id, "1", "6").status == 0)
            #expect(try cleared() == rows(without: [1, 6]))
            #expect(try fixture.run("quarantine", "list", "--state", "open").status == 1)
            let states = try fixture.run("quarantine", "list", "--json").json()["cases"] as? [[String: Any]] ?? []
            #expect(states.map { $0["state"] as? String } == ["confirmed", "released", "confirmed"])
            #expect(try fixture.run("gate", id).status == 0)
        }

        @Test("show prints the row and why it was removed; lines that are not there are told")
        func show() throws {
            let shown = try fixture.run("quarantine", "show", id, "4")
            #expect(shown.status == 0)
            #expect(shown.output.contains("this is forbidden") && shown.output.contains("words"))
            #expect(try fixture.run("quarantine", "show", id, "2").status == 1)
            #expect(try fixture.run("quarantine", "release", id, "2", "--reason", "x").status == 1)
            #expect(try cleared() == rows(without: [1, 4, 6]))
        }

        @Test("Customers' text is in no log, metric, status or audit record")
        func privacy() throws {
            let word = "forbidden"
            #expect(fixture.daemon?.errorsSoFar.contains(word) == false)
            for path in ["/metrics", "/v1/status", "/v1/datasets", "/v1/queue", "/v1/quarantine"] {
                #expect(!String(decoding: try fixture.api(.get, path).body, as: UTF8.self).contains(word), "\(path)")
            }
            #expect(try !fixture.run("audit", "list", "--all", "--json").output.contains(word))
            #expect(try !fixture.metrics().contains("acme"))
        }
    }
}
