import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("The inbox")
    struct InboxTests {
        private func fixture(_ configuration: String = "", inbox: String = "settle_seconds: 0") throws -> DaemonFixture
        {
            try DaemonFixture(policy: DaemonFixture.words, configuration: configuration, inbox: inbox)
        }

        @Test("Symlinks, FIFOs, files too large and files outside a customer's folder are refused, told once, and stay")
        func refusals() throws {
            let fixture = try fixture(inbox: "settle_seconds: 0, maximum_bytes: 2000")
            try fixture.makeInbox("acme")
            let target = try fixture.folder.write(DaemonFixture.rows(2), to: "elsewhere.jsonl")
            try #require(symlink(target, fixture.inbox("acme/link.jsonl")) == 0)
            try #require(mkfifo(fixture.inbox("acme/fifo"), 0o600) == 0)
            try fixture.start()
            try fixture.drop(DaemonFixture.rows(100), name: "large.jsonl")
            try Data("{}".utf8).write(to: URL(fileURLWithPath: fixture.inbox("stray.jsonl")))
            let named = Array(fixture.inbox("acme/").utf8) + [0xFF, 0xFE]
            let odd = open((named.map(CChar.init(bitPattern:)) + [0]), O_WRONLY | O_CREAT, 0o644)
            #expect(odd >= 0 && close(odd) == 0)
            let expected: Set = [
                "symbolic-link", "not-a-regular-file", "too-large", "no-customer", "name-not-utf-8",
            ]
            try fixture.eventually("a refusal is not recorded") {
                try fixture.records("--event", "file.refused").count >= expected.count
            }
            // Another look at the whole inbox, by a new folder, tells of none a second time.
            let digest = try fixture.submit(DaemonFixture.rows(3), customer: "beta")
            #expect(try fixture.gate(digest).status == 0)
            let refused = try fixture.records("--event", "file.refused")
            let codes = refused.compactMap { ($0["body"] as? [String: Any])?["code"] as? String }
            #expect(codes.count == expected.count && Set(codes) == expected)
            for name in ["acme/link.jsonl", "acme/fifo", "acme/large.jsonl", "stray.jsonl"] {
                var status = stat()
                #expect(lstat(fixture.inbox(name), &status) == 0, "\(name)")
            }
            try fixture.stop()
            try fixture.start()
            #expect(try fixture.gate(digest).status == 0)
            #expect(try fixture.records("--event", "file.refused").count == expected.count)
        }

        @Test("Hidden files and those named .part or .tmp are nobody's business, until they are renamed")
        func ignored() throws {
            let fixture = try fixture()
            try fixture.start()
            try fixture.makeInbox("acme")
            for name in [".hidden.jsonl", "a.jsonl.part", "b.TMP", "c.jsonl~"] {
                try Data(DaemonFixture.rows(2).utf8).write(to: URL(fileURLWithPath: fixture.inbox("acme/\(name)")))
            }
            let digest = try fixture.submit(DaemonFixture.rows(4), name: "seen.jsonl")
            #expect(try fixture.gate(digest).status == 0)
            #expect(try fixture.datasets().count == 1)
            #expect(try fixture.records("--event", "file.refused").isEmpty)
            try #require(rename(fixture.inbox("acme/a.jsonl.part"), fixture.inbox("acme/a.jsonl")) == 0)
            try fixture.eventually("the renamed file is not taken") { try fixture.datasets().count == 2 }
        }

        @Test("A file that somebody writes is left alone until it is closed, and is then taken whole")
        func halfWritten() throws {
            let fixture = try fixture()
            try fixture.start()
            try fixture.makeInbox("acme")
            let rows = DaemonFixture.rows(50)
            let half = rows.utf8.count / 2
            let writer = open(fixture.inbox("acme/slow.jsonl"), O_WRONLY | O_CREAT, 0o644)
            try #require(writer >= 0)
            Array(rows.utf8)[..<half].withUnsafeBytes { _ = write(writer, $0.baseAddress, $0.count) }
            // Another dataset goes all the way meanwhile, and the whole inbox is looked at for the new folder.
            let other = try fixture.submit(DaemonFixture.rows(2), customer: "beta", name: "quick.jsonl")
            #expect(try fixture.gate(other).status == 0)
            #expect(FileManager.default.fileExists(atPath: fixture.inbox("acme/slow.jsonl")))
            Array(rows.utf8)[half...].withUnsafeBytes { _ = write(writer, $0.baseAddress, $0.count) }
            close(writer)
            let digest = try sha256(rows, fixture)
            let gate = try fixture.gate(digest)
            #expect(gate.status == 0, "\(gate.errors)")
        }

        @Test("Files that lie there at the start, and folders that come later, are found")
        func found() throws {
            let fixture = try fixture()
            try fixture.drop(DaemonFixture.rows(3), customer: "early", name: "a.jsonl")
            try fixture.start()
            try fixture.drop(DaemonFixture.rows(4), customer: "late", name: "b.jsonl")
            try FileManager.default.createDirectory(
                atPath: fixture.inbox("late/2026/november"), withIntermediateDirectories: true)
            try fixture.drop(DaemonFixture.rows(5), customer: "late/2026/november", name: "c.jsonl")
            try fixture.eventually("not every file is found") {
                try fixture.datasets().count { $0["state"] as? String == "decided" } == 3
            }
            let names = try Set(fixture.datasets().compactMap { $0["name"] as? String })
            #expect(names == ["a.jsonl", "b.jsonl", "2026/november/c.jsonl"])
            #expect(try Set(fixture.datasets().compactMap { $0["customer"] as? String }) == ["early", "late"])
        }

        @Test("An inbox that is taken away shows in the health, and is watched again when it is back")
        func missingInbox() throws {
            let fixture = try fixture()
            try fixture.start()
            try #require(rename(fixture.folder.file("state/inbox"), fixture.folder.file("state/moved")) == 0)
            try fixture.eventually("the missing inbox does not show") {
                try fixture.run("status", "--json").json()["problems"] as? [String: String] ?? [:] != [:]
            }
            #expect(try fixture.run("status").status == 1)
            try fixture.notify?.wait(for: "STATUS=inbox")
            try #require(rename(fixture.folder.file("state/moved"), fixture.folder.file("state/inbox")) == 0)
            let digest = try fixture.submit(DaemonFixture.rows(3))
            #expect(try fixture.gate(digest).status == 0)
            try fixture.eventually("the problem stays") { try fixture.run("status").status == 0 }
        }

        @Test("Two datasets of one name do not meet, and the same bytes again reuse the verdict and say so")
        func sameNameAndSameBytes() throws {
            let fixture = try DaemonFixture()
            try fixture.start()
            let (first, second) = (DaemonFixture.rows(20, bad: [1]), DaemonFixture.rows(20, bad: [2], ask: "other"))
            for rows in [first, second, first] {
                let digest = try fixture.submit(rows)
                #expect(try fixture.gate(digest).status == 0)
            }
            // The same bytes of another customer are judged by themselves.
            let digest = try fixture.submit(first, customer: "beta")
            #expect(try fixture.gate(digest, customer: "beta").status == 0)
            try fixture.eventually("not all are decided") {
                try fixture.datasets().count { $0["state"] as? String == "decided" } == 4
            }
            let judged = try fixture.records("--event", "dataset.judged")
            let reused = judged.compactMap { ($0["body"] as? [String: Any])?["reused_from"] as? String }
            #expect(judged.count == 4 && reused == [judged[0]["subject"] as? String])
            let metrics = try fixture.metrics()
            #expect(metrics.contains("lethe_reused_verdicts_total 1\n"))
            let cleared = try fixture.datasets().filter { $0["customer"] as? String == "acme" }.map { dataset in
                let id = dataset["id"] as? String ?? ""
                return try String(
                    contentsOfFile: fixture.folder.file("state/cleared/acme/\(id)/data.jsonl"), encoding: .utf8)
            }
            #expect(cleared[0] == cleared[2] && cleared[0] != cleared[1])
        }

        @Test("A file that is no dataset is rejected with its reason, kept, and never tried again")
        func unusable() throws {
            let fixture = try fixture()
            try fixture.start()
            let digest = try fixture.submit("this is no dataset\n", name: "notes.txt")
            let gate = try fixture.gate(digest)
            #expect(gate.status == 1)
            #expect((try gate.json()["reason"] as? String)?.contains("none of the 1 lines") == true)
            let id = try #require(try gate.json()["dataset"] as? String)
            #expect(
                try String(contentsOfFile: fixture.folder.file("state/originals/\(id)/acme/notes.txt"), encoding: .utf8)
                    == "this is no dataset\n")
        }

        private func sha256(_ text: String, _ fixture: DaemonFixture) throws -> String {
            let path = try fixture.folder.write(text, to: "hashed")
            let outcome = try fixture.startCommand("/usr/bin/sha256sum", [path]).finish()
            return String(outcome.output.prefix(64))
        }
    }
}
