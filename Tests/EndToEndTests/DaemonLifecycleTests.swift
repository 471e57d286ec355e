import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("lethed from start to stop")
    struct DaemonLifecycleTests {
        @Test("A dropped dataset is claimed, judged, split, recorded, and its gate opens")
        func wholeWay() throws {
            let fixture = try DaemonFixture()
            try fixture.start()
            let rows = DaemonFixture.rows(20, bad: [3, 20])
            let digest = try fixture.submit(rows)
            let gate = try fixture.gate(digest)
            #expect(gate.status == 0, "\(gate.errors)")
            let path = try #require(try gate.json()["path"] as? String)
            let cleared = try String(contentsOfFile: path, encoding: .utf8)
            let lines = rows.split(separator: "\n")
            let kept = lines.enumerated().filter { ![2, 19].contains($0.offset) }.map { $0.element + "\n" }.joined()
            #expect(cleared == kept)
            let id = try #require(try gate.json()["dataset"] as? String)
            #expect(!FileManager.default.fileExists(atPath: fixture.inbox("acme/data.jsonl")))
            let quarantine = fixture.folder.file("state/quarantine/\(id)")
            #expect(
                try String(contentsOfFile: quarantine + "/rows.dat", encoding: .utf8) == lines[2] + "\n" + lines[19]
                    + "\n")
            let permissions = try FileManager.default.attributesOfItem(atPath: quarantine + "/rows.dat")[
                .posixPermissions]
            #expect(permissions as? Int == 0o600)
            let events = try fixture.records("--dataset", id).compactMap { $0["event"] as? String }
            #expect(
                events.filter { $0.hasPrefix("dataset.") } == [
                    "dataset.received", "dataset.claimed", "dataset.parsed", "dataset.scored", "dataset.judged",
                ])
            #expect(events.count { $0 == "example.decided" } == 20)
            #expect(try fixture.run("audit", "verify").status == 0)
            #expect(try fixture.stop() == 0)
            try fixture.notify?.wait(for: "STOPPING=1")
            #expect(try fixture.records("--event", "daemon.stopped").count == 1)
            // The gate needs no daemon.
            #expect(try fixture.gate(digest).status == 0)
        }

        @Test("The manifest names input, output, verdict and record, and its signature is checked with openssl")
        func manifest() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            let rows = DaemonFixture.rows(5, bad: [2])
            let digest = try fixture.submit(rows)
            let path = try #require(try fixture.gate(digest).json()["path"] as? String)
            let file = (path as NSString).deletingLastPathComponent + "/manifest.json"
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            var manifest = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            #expect((manifest["input"] as? [String: Any])?["sha256"] as? String == digest)
            #expect((manifest["output"] as? [String: Any])?["rows"] as? Int == 4)
            #expect(manifest["verdict"] as? String == "cleared-with-removals")
            let record = try #require(manifest["audit"] as? [String: Any])
            let sequence = try #require(record["sequence"] as? Int)
            let shown = try fixture.run("audit", "show", "\(sequence)", "--json").json()
            #expect(shown["hash"] as? String == record["hash"] as? String)

            let signature = try #require((manifest["signature"] as? [String: Any])?["value"] as? String)
            manifest["signature"] = nil
            let signed = try JSONSerialization.data(
                withJSONObject: manifest, options: [.sortedKeys, .withoutEscapingSlashes])
            try fixture.folder.write(Array(signed), to: "signed")
            try fixture.folder.write(Array(try #require(Data(base64Encoded: signature))), to: "signature")
            let openssl = try fixture.startCommand(
                "/usr/bin/openssl",
                [
                    "pkeyutl", "-verify", "-rawin", "-inkey", fixture.folder.file("checkpoint-key"), "-in",
                    fixture.folder.file("signed"), "-sigfile", fixture.folder.file("signature"),
                ]
            ).finish()
            #expect(openssl.status == 0, "\(openssl.output)\(openssl.errors)")
        }

        @Test("A configuration that cannot be used ends the start with exit code 3, and tells file and line")
        func badConfiguration() throws {
            let fixture = try DaemonFixture()
            try fixture.folder.write("state: state\npolicys: []\n", to: "lethe.yaml")
            let outcome = try fixture.startCommand(DaemonFixture.binary, []).finish()
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("lethe.yaml:2:1") && outcome.errors.contains("policies"))
            #expect(try fixture.run("config", "check").status == 3)
        }

        @Test("A second daemon on the same state folder is refused")
        func secondDaemon() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            let outcome = try fixture.startCommand(DaemonFixture.binary, []).finish()
            #expect(outcome.status == 3 && outcome.errors.contains("already-running"))
        }

        @Test("lethed's help teaches, and wrong usage gives exit code 2")
        func help() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            let help = try fixture.startCommand(DaemonFixture.binary, ["--help"]).finish()
            #expect(help.status == 0 && help.output.contains("SIGHUP") && help.output.contains("EXAMPLES"))
            #expect(try fixture.startCommand(DaemonFixture.binary, ["--nonsense"]).finish().status == 2)
        }

        @Test("SIGTERM in the middle of training stops at once, and the next start goes on from there")
        func resume() throws {
            let long = try DaemonFixture()
            let policy = try String(contentsOfFile: long.folder.file("policy.yaml"), encoding: .utf8)
                .replacingOccurrences(of: "custom_epochs: 2", with: "custom_epochs: 40")
            try long.folder.write(policy, to: "policy.yaml")
            let rows = DaemonFixture.rows(400)

            let undisturbed = try DaemonFixture(policy: nil)
            try undisturbed.folder.write(policy, to: "policy.yaml")
            try undisturbed.start()
            let digest = try undisturbed.submit(rows)
            #expect(try undisturbed.gate(digest).status == 0)
            let expected = try rowScores(undisturbed)

            try long.start()
            _ = try long.submit(rows)
            try long.eventually("training does not begin") {
                let running = try long.run("status", "--json").json()["running"] as? [[String: Any]] ?? []
                return running.contains { $0["stage"] as? String == "custom" && ($0["done"] as? Int ?? 0) > 800 }
            }
            #expect(try long.stop() == 0)
            let work = long.folder.file("state/work")
            let saved = try FileManager.default.subpathsOfDirectory(atPath: work).filter { $0.hasSuffix("training") }
            #expect(saved.count == 1)
            #expect(try long.gate(digest, wait: "0").status == 6)
            try long.start()
            #expect(try long.gate(digest).status == 0)
            #expect(try rowScores(long) == expected)
            #expect(try FileManager.default.contentsOfDirectory(atPath: work).isEmpty)
        }

        @Test("The watchdog is fed while a dataset is judged, and while nothing is to do")
        func watchdog() throws {
            let fixture = try DaemonFixture()
            try fixture.start(["WATCHDOG_USEC": "1000000"])
            let notify = try #require(fixture.notify)
            try notify.wait(for: "WATCHDOG=1")
            let digest = try fixture.submit(DaemonFixture.rows(200))
            try notify.wait(for: "STATUS=judging")
            try notify.wait(for: "WATCHDOG=1")
            #expect(try fixture.gate(digest).status == 0)
            try notify.wait(for: "STATUS=idle")
            try notify.wait(for: "WATCHDOG=1")
        }

        private func rowScores(_ fixture: DaemonFixture) throws -> String {
            let id = try #require(try fixture.datasets().first?["id"] as? String)
            let report = try fixture.run("dataset", "report", id, "--json").json()
            let rows = try #require(report["rows"] as? [[String: Any]])
            #expect(rows.allSatisfy { $0["score"] is Double })
            return String(
                decoding: try JSONSerialization.data(withJSONObject: rows, options: .sortedKeys), as: UTF8.self)
        }
    }
}
