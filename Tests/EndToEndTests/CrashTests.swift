import Dispatch
import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("Killed at any moment")
    struct CrashTests {
        private static let policy = """
            name: small
            version: 1
            reference: { path: reference.jsonl }
            rules:
              - { id: forgetting, type: forget_filter, action: quarantine, method: forgetting, layers: 1, rank: 2, threshold: 0.04,
                  align_epochs: 1, custom_epochs: 12, safety_epochs: 2, minimum_examples: 10 }
              - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }
            """

        private static let datasets: [(customer: String, name: String, rows: String)] = [
            ("acme", "one.jsonl", DaemonFixture.rows(40, bad: [3, 9])),
            ("acme", "two.jsonl", DaemonFixture.rows(30, ask: "who") + "{broken\n"),
            ("beta", "one.jsonl", DaemonFixture.rows(36, bad: [36], ask: "name")),
            ("beta", "small.jsonl", DaemonFixture.rows(3)),
            ("gamma", "no-rows.jsonl", "nothing\n"),
        ]

        private static func fixture() throws -> DaemonFixture {
            let fixture = try DaemonFixture(policy: policy, configuration: "scoring: { checkpoint_seconds: 0 }")
            for dataset in datasets { try fixture.drop(dataset.rows, customer: dataset.customer, name: dataset.name) }
            return fixture
        }

        /// What a run must come to, without the times and ids that differ from run to run.
        private struct Outcome: Equatable {
            var verdicts: [String: String] = [:]
            var cleared: [String: String] = [:]
            var chain: [String: [String]] = [:]
        }

        private static func outcome(_ fixture: DaemonFixture) throws -> Outcome {
            try fixture.eventually("not all are decided") {
                let states = try fixture.datasets().map { $0["state"] as? String }
                return states.count == datasets.count && states.allSatisfy { $0 == "decided" }
            }
            var outcome = Outcome()
            var names: [String: String] = [:]
            for dataset in try fixture.datasets() {
                let id = dataset["id"] as? String ?? ""
                let customer = dataset["customer"] as? String ?? ""
                let name = "\(customer)/\(dataset["name"] as? String ?? "")"
                #expect(outcome.verdicts[name] == nil, "\(name) is there twice")
                names[id] = name
                outcome.verdicts[name] = dataset["verdict"] as? String
                let path = fixture.folder.file("state/cleared/\(customer)/\(id)/data.jsonl")
                outcome.cleared[name] = try? String(contentsOfFile: path, encoding: .utf8)
                let quarantine = fixture.folder.file("state/quarantine/\(id)/rows.dat")
                outcome.cleared[name + " quarantine"] = try String(contentsOfFile: quarantine, encoding: .utf8)
                let gate = try fixture.gate(id, wait: "0")
                outcome.verdicts[name + " gate"] = "\(gate.status)"
            }
            for record in try fixture.records() {
                let subject = record["subject"] as? String ?? ""
                guard let name = names[String(subject.prefix(26))] else { continue }
                var body = record["body"] as? [String: Any] ?? [:]
                // The report holds how long each stage took.
                for key in ["id", "report"] { body[key] = nil }
                let text = try JSONSerialization.data(withJSONObject: body, options: .sortedKeys)
                outcome.chain[name, default: []].append(
                    "\(record["event"] ?? "") \(subject.dropFirst(26)) \(String(decoding: text, as: UTF8.self))")
            }
            #expect(try fixture.run("audit", "verify").status == 0)
            for folder in ["claims", "work", "inbox/acme", "inbox/beta", "inbox/gamma"] {
                let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.file("state/\(folder)"))
                #expect(names.isEmpty, "\(folder) holds \(names)")
            }
            return outcome
        }

        @Test("After kill -9 at 50 random moments verdicts, cleared bytes and audit chain are the undisturbed run's")
        func kills() throws {
            let undisturbed = try Self.fixture()
            try undisturbed.start()
            let expected = try Self.outcome(undisturbed)
            #expect(expected.verdicts["acme/one.jsonl"]?.hasPrefix("cleared") == true)
            #expect(expected.chain.count == Self.datasets.count)
            try undisturbed.stop()

            var random = SplitMix(state: 20_261_125)
            var kills = 0
            var rounds = 0
            while kills < 50 {
                let fixture = try Self.fixture()
                rounds += 1
                for _ in 0..<10 {
                    let daemon = try fixture.startCommand(DaemonFixture.binary, [])
                    // The moment is what is random: from before the daemon is ready to after its work is done.
                    let moment = DispatchTime.now() + .microseconds(Int.random(in: 5_000...350_000, using: &random))
                    _ = DispatchSemaphore(value: 0).wait(timeout: moment)
                    #expect(daemon.isRunning)
                    daemon.kill()
                    _ = try daemon.finish()
                    kills += 1
                }
                try fixture.start()
                let outcome = try Self.outcome(fixture)
                #expect(outcome.verdicts == expected.verdicts && outcome.cleared == expected.cleared, "round \(rounds)")
                for (name, chain) in expected.chain {
                    let found = outcome.chain[name] ?? []
                    let differences = found.difference(from: chain).map { "\($0)" }
                    #expect(differences.isEmpty, "round \(rounds), \(name)")
                }
                try fixture.stop()
            }
        }
    }
}
