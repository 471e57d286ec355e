import Foundation
import HTTPTransfer
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("A full disk, and an audit log that cannot be written")
    struct FullDiskTests {
        private static let retries =
            "scoring: { retry_seconds: 0.2, maximum_retry_seconds: 1, checkpoint_seconds: 1000 }"

        /// A policy whose training takes a second or two.
        private func slowFixture(_ inbox: String = "settle_seconds: 0, minimum_free_bytes: 0") throws -> DaemonFixture {
            let fixture = try DaemonFixture(configuration: Self.retries, inbox: inbox)
            let policy = try String(contentsOfFile: fixture.folder.file("policy.yaml"), encoding: .utf8)
                .replacingOccurrences(of: "custom_epochs: 2", with: "custom_epochs: 80")
            try fixture.folder.write(policy, to: "policy.yaml")
            return fixture
        }

        private func isRunning(_ fixture: DaemonFixture) throws -> Bool {
            let running = try fixture.run("status", "--json").json()["running"] as? [[String: Any]] ?? []
            return running.contains { $0["stage"] as? String == "custom" }
        }

        private func limitFiles(of fixture: DaemonFixture, to bytes: String) throws {
            let pid = try #require(fixture.daemon?.pid)
            let outcome = try fixture.startCommand("/usr/bin/prlimit", ["--pid", "\(pid)", "--fsize=\(bytes):"])
                .finish()
            try #require(outcome.status == 0, "\(outcome.errors)")
        }

        @Test("While the audit log cannot be written nothing is claimed or decided; when it can, all goes on by itself")
        func unwritableAudit() throws {
            let fixture = try slowFixture()
            try fixture.start()
            // Every file that would grow beyond this is refused its bytes: the audit log among them.
            try limitFiles(of: fixture, to: "4096")
            let rows = DaemonFixture.rows(20, bad: [5])
            try fixture.drop(rows)
            try fixture.eventually("the failure does not show") {
                try fixture.api(.get, "/healthz").status == 503
            }
            #expect(FileManager.default.fileExists(atPath: fixture.inbox("acme/data.jsonl")))
            #expect(try fixture.datasets().isEmpty)
            try limitFiles(of: fixture, to: "unlimited")
            try fixture.eventually("it is not claimed") { try fixture.datasets().count == 1 }
            let id = try #require(try fixture.datasets().first?["id"] as? String)
            #expect(try fixture.gate(id).status == 0)
            #expect(try fixture.run("audit", "verify").status == 0)
            try fixture.eventually("the problem stays") { try fixture.api(.get, "/healthz").status == 200 }
        }

        @Test(
            "A verdict that cannot be recorded is none: the gate stays closed, and the dataset is judged once it can be"
        )
        func unwritableVerdict() throws {
            let fixture = try slowFixture()
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(200, bad: [5]))
            try fixture.eventually("it does not run") { try isRunning(fixture) }
            try limitFiles(of: fixture, to: "4096")
            try fixture.eventually("the failure does not show") {
                try fixture.api(.get, "/healthz").status == 503
            }
            #expect(try [5, 6].contains(fixture.gate(digest, wait: "0").status))
            #expect(try fixture.records("--event", "dataset.judged").isEmpty)
            try limitFiles(of: fixture, to: "unlimited")
            let gate = try fixture.gate(digest)
            #expect(gate.status == 0, "\(gate.errors) \(fixture.daemon?.errorsSoFar ?? "")")
            #expect(try fixture.records("--event", "dataset.judged").count == 1)
            #expect(try fixture.run("audit", "verify").status == 0)
        }

        @Test(
            "On a full filesystem nothing is lost and no gate opens; with room again all goes on without a restart",
            .enabled(if: getuid() == 0, "only root may mount a filesystem"))
        func fullFilesystem() throws {
            let fixture = try slowFixture()
            let state = fixture.folder.file("state")
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            // A filesystem of the daemon's own, in a mount namespace that ends with it.
            try fixture.start(through: [
                "/usr/bin/unshare", "-m", "sh", "-c",
                "mount -t tmpfs -o size=24m,mode=0750 tmpfs '\(state)' && exec \"$0\" \"$@\"",
            ])
            let pid = try #require(fixture.daemon?.pid)
            let inside = "/proc/\(pid)/root\(state)"
            let ballast = inside + "/ballast"
            // SQLite resolves the link under /proc, so what opens the database enters the namespace.
            func enter(_ arguments: String...) throws -> Int32 {
                try fixture.startCommand(
                    "/usr/bin/nsenter", ["-t", "\(pid)", "-m", LetheProcess.binary] + arguments
                ).finish().status
            }
            func gate(_ id: String) throws -> Int32 { try enter("gate", id, "--state", state) }
            func drop(_ name: String, _ rows: String) throws {
                try FileManager.default.createDirectory(
                    atPath: inside + "/inbox/acme", withIntermediateDirectories: true)
                try Data(rows.utf8).write(to: URL(fileURLWithPath: inside + "/inbox/acme/.\(name)"))
                try #require(rename(inside + "/inbox/acme/.\(name)", inside + "/inbox/acme/\(name)") == 0)
            }
            func fill() throws {
                let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
                defer { close(file) }
                for size in [1 << 20, 4096] {
                    let block = [UInt8](repeating: 1, count: size)
                    while write(file, block, size) == size {}
                }
            }

            try drop("first.jsonl", DaemonFixture.rows(200, bad: [7]))
            try fixture.eventually("it does not run") { try isRunning(fixture) }
            let id = try #require(try fixture.datasets().first?["id"] as? String)
            // The second one's bytes are there already; its name comes when there is no room for anything else.
            try Data(DaemonFixture.rows(30).utf8).write(to: URL(fileURLWithPath: inside + "/inbox/acme/.second"))
            try fill()
            try #require(rename(inside + "/inbox/acme/.second", inside + "/inbox/acme/second.jsonl") == 0)
            try fixture.eventually("the failure does not show") {
                try fixture.api(.get, "/healthz").status == 503
            }
            try fixture.eventually("the judgement does not end") { try !isRunning(fixture) }
            #expect(try [5, 6].contains(gate(id)))
            #expect(FileManager.default.fileExists(atPath: inside + "/inbox/acme/second.jsonl"))

            try FileManager.default.removeItem(atPath: ballast)
            try fixture.eventually("not both are decided: \(try fixture.datasets())") {
                try fixture.datasets().count { $0["state"] as? String == "decided" } == 2
            }
            for dataset in try fixture.datasets() { #expect(try gate(dataset["id"] as? String ?? "") == 0) }
            #expect(try enter("audit", "verify", "--database", state + "/audit.sqlite") == 0)
            try fixture.eventually("the problem stays") { try fixture.api(.get, "/healthz").status == 200 }
        }

        @Test("With less room than the configuration wants, a dataset is deferred and tried again")
        func lowSpace() throws {
            let fixture = try DaemonFixture(
                policy: DaemonFixture.words, configuration: Self.retries,
                inbox: "settle_seconds: 0, minimum_free_bytes: 1000000000000000")
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(4))
            try fixture.eventually("it is not deferred") { try fixture.gate(digest, wait: "0").status == 5 }
            let deferred = try #require(try fixture.records("--event", "dataset.deferred").first)
            #expect((deferred["body"] as? [String: Any])?["code"] as? String == "low-disk-space")
            try fixture.folder.write(
                String(contentsOfFile: fixture.folder.file("lethe.yaml"), encoding: .utf8)
                    .replacingOccurrences(of: "1000000000000000", with: "0"), to: "lethe.yaml")
            #expect(try fixture.run("reload").status == 0)
            #expect(try fixture.gate(digest).status == 0)
        }
    }
}
