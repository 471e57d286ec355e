import Foundation
import HTTPTransfer
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("Policies of a running daemon")
    struct PoliciesLiveTests {
        private static let other = DaemonFixture.words.replacingOccurrences(of: "forbidden", with: "four")
            .replacingOccurrences(of: "version: 1", with: "version: 2")

        @Test("SIGHUP loads new policies by systemd's protocol")
        func hangup() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            let before = try fixture.submit(DaemonFixture.rows(4, bad: [1]))
            #expect(try fixture.gate(before).status == 0)
            try fixture.folder.write(Self.other, to: "policy.yaml")
            kill(try #require(fixture.daemon?.pid), SIGHUP)
            let reloading = try #require(try fixture.notify?.wait(for: "RELOADING=1"))
            #expect(reloading.contains("MONOTONIC_USEC="))
            try fixture.notify?.wait(for: "READY=1")
            // The same bytes under another policy are judged anew.
            _ = try fixture.submit(DaemonFixture.rows(4, bad: [1]))
            try fixture.eventually("the second one is not decided") {
                try fixture.datasets().count { $0["state"] as? String == "decided" } == 2
            }
            #expect(
                try fixture.records("--event", "dataset.judged").map { $0["verdict"] as? String } == [
                    "cleared-with-removals", "cleared-with-removals",
                ])
            let removed = try fixture.records("--disposition", "quarantined").compactMap { $0["line"] as? Int }
            #expect(removed == [1, 2, 3, 4])
        }

        @Test("A bad file keeps the old policy, and says so in log, status, STATUS=, audit and exit code")
        func refused() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            try fixture.folder.write("name: x\nversion: 1\nrulse: []\n", to: "policy.yaml")
            let outcome = try fixture.run("reload")
            #expect(outcome.status == 4)
            #expect(outcome.errors.contains("policy.yaml:3:1") && outcome.errors.contains("`rules`"))
            let status = try fixture.run("status")
            #expect(status.status == 1 && status.output.contains("PROBLEM policies"))
            #expect(status.output.contains("words 1"))
            try fixture.notify?.wait(for: "STATUS=policies")
            #expect(try fixture.records("--event", "policy.refused").count == 1)
            #expect(fixture.daemon?.errorsSoFar.contains("the one before stays in force") == true)
            // Health is about the daemon's work, which goes on.
            #expect(try fixture.api(.get, "/healthz").status == 200)
            let digest = try fixture.submit(DaemonFixture.rows(4, bad: [1]))
            #expect(try fixture.gate(digest).status == 0)
            #expect(try fixture.records("--disposition", "quarantined").count == 1)
            try fixture.folder.write(DaemonFixture.words, to: "policy.yaml")
            #expect(try fixture.run("reload").status == 0)
            #expect(try fixture.run("status").status == 0)
        }

        @Test("With watch_policies a changed file is loaded by itself")
        func watched() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words, configuration: "watch_policies: true")
            try fixture.start()
            try fixture.folder.write(Self.other, to: "policy.yaml.new")
            try #require(rename(fixture.folder.file("policy.yaml.new"), fixture.folder.file("policy.yaml")) == 0)
            try fixture.eventually("the change is not seen") {
                let policies = try fixture.run("status", "--json").json()["policies"] as? [[String: Any]] ?? []
                return policies.first?["version"] as? String == "2"
            }
            #expect(try fixture.records("--event", "policy.loaded").count == 2)
        }

        @Test("A dataset ends under the policy that it began with")
        func running() throws {
            let fixture = try DaemonFixture()
            let slow = try String(contentsOfFile: fixture.folder.file("policy.yaml"), encoding: .utf8)
                .replacingOccurrences(of: "custom_epochs: 2", with: "custom_epochs: 60")
            try fixture.folder.write(slow, to: "policy.yaml")
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(300, bad: [7]))
            try fixture.eventually("it does not run") {
                let running = try fixture.run("status", "--json").json()["running"] as? [[String: Any]] ?? []
                return running.contains { $0["stage"] as? String == "custom" }
            }
            try fixture.folder.write(Self.other, to: "policy.yaml")
            #expect(try fixture.run("reload").status == 0)
            #expect(try fixture.gate(digest).status == 0)
            let judged = try #require(try fixture.records("--event", "dataset.judged").first)
            let policy = (judged["body"] as? [String: Any])?["policy"] as? [String: Any]
            #expect(policy?["name"] as? String == "small")
            #expect(try fixture.records("--disposition", "quarantined").compactMap { $0["line"] as? Int } == [7])
        }

        @Test("Each customer has the policy of the first glob that matches, and shadow mode removes nothing")
        func globsAndShadow() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.folder.write(
                DaemonFixture.words.replacingOccurrences(of: "name: words", with: "name: shadow\nmode: shadow"),
                to: "shadow.yaml")
            try fixture.folder.write(
                String(contentsOfFile: fixture.folder.file("lethe.yaml"), encoding: .utf8).replacingOccurrences(
                    of: "policies:\n", with: "policies:\n  - { customers: \"beta*\", policy: shadow.yaml }\n"),
                to: "lethe.yaml")
            try fixture.start()
            let rows = DaemonFixture.rows(4, bad: [2])
            let strict = try fixture.submit(rows, customer: "acme")
            #expect(try fixture.gate(strict, customer: "acme").status == 0)
            _ = try fixture.submit(rows, customer: "beta-2")
            let gate = try fixture.gate(strict, customer: "beta-2")
            let path = try #require(try gate.json()["path"] as? String)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == rows)
            let flagged = try fixture.records("--customer", "beta-2", "--rule", "words")
            #expect(flagged.count == 1 && flagged[0]["disposition"] as? String == "accepted")
            #expect(try fixture.run("status").output.contains("SHADOW"))
        }

        @Test("policy test shows what would change, and changes nothing")
        func policyTest() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(4, bad: [2]))
            let id = try #require(try fixture.gate(digest).json()["dataset"] as? String)
            let new = try fixture.folder.write(Self.other, to: "new.yaml")
            let sequence = try fixture.records().count
            let tried = try fixture.run("policy", "test", new, "--dataset", id, "--json")
            #expect(tried.status == 1, "\(tried.errors)")
            let rows = try tried.json()["rows"] as? [[String: Any]] ?? []
            #expect(rows.compactMap { $0["line"] as? Int } == [1, 2, 3, 4])
            #expect(rows.map { $0["after"] as? String } == ["quarantined", "accepted", "quarantined", "quarantined"])
            #expect(try fixture.run("policy", "test", fixture.folder.file("policy.yaml"), "--dataset", id).status == 0)
            #expect(try fixture.records().count == sequence)
            let bad = try fixture.folder.write("name: x\n", to: "bad.yaml")
            #expect(try fixture.run("policy", "test", bad, "--dataset", id).status == 3)
        }
    }
}
