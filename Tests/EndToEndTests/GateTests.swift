import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("lethe gate")
    struct GateTests {
        private func fixture(_ configuration: String = "") throws -> DaemonFixture {
            try DaemonFixture(policy: DaemonFixture.words, configuration: configuration)
        }

        @Test("Each state has an exit code of its own")
        func codes() throws {
            let fixture = try fixture("retention: { originals: always }")
            #expect(try fixture.gate("01J9Z3K7M2Q4R8T0V5W6X7Y8Z9", wait: "0").status == 4)
            try fixture.start()
            #expect(try fixture.gate("01J9Z3K7M2Q4R8T0V5W6X7Y8Z9", wait: "0").status == 3)
            #expect(try fixture.gate(String(repeating: "0", count: 64), wait: "0").status == 3)
            #expect(try fixture.run("gate").status == 2)
            #expect(try fixture.run("gate", "x", "--wait", "soon").status == 2)

            let digest = try fixture.submit(DaemonFixture.rows(4), name: "open.jsonl")
            let open = try fixture.gate(digest)
            #expect(open.status == 0)
            #expect(try fixture.run("gate", fixture.folder.file("open.jsonl")).status == 0)
            let path = try #require(try open.json()["path"] as? String)
            #expect(try fixture.run("gate", path).output == path + "\n")

            let rejected = try fixture.submit(DaemonFixture.rows(2, bad: [1, 2]), name: "rejected.jsonl")
            #expect(try fixture.gate(rejected).status == 1)

            // The same bytes of another customer: the hash alone does not say whose are meant.
            _ = try fixture.submit(DaemonFixture.rows(4), customer: "beta", name: "open.jsonl")
            try fixture.eventually("the second customer's is not decided") {
                try fixture.datasets().allSatisfy { $0["state"] as? String == "decided" }
            }
            #expect(try fixture.gate(digest).status == 2)
            #expect(try fixture.gate(digest, customer: "acme").status == 0)

            chmod(path, 0o640)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.write(contentsOf: Data("X".utf8))
            try handle.close()
            #expect(try fixture.gate(digest, customer: "acme", wait: "0").status == 7)
            try FileManager.default.removeItem(atPath: path)
            #expect(try fixture.gate(digest, customer: "acme", wait: "0").status == 7)
        }

        @Test("A dataset that is too small to judge is deferred, and a cancelled one is closed")
        func deferredAndCancelled() throws {
            let fixture = try DaemonFixture()
            try fixture.start()
            let small = try fixture.submit(DaemonFixture.rows(3))
            #expect(try fixture.gate(small, wait: "0").status != 0)
            try fixture.eventually("it is not decided") { try fixture.gate(small, wait: "0").status == 5 }
            // Its customer has no policy: it waits for one, and its gate says so.
            try fixture.folder.write(
                String(contentsOfFile: fixture.folder.file("lethe.yaml"), encoding: .utf8)
                    .replacingOccurrences(of: #"customers: "*""#, with: #"customers: "acme""#), to: "lethe.yaml")
            #expect(try fixture.run("reload").status == 0)
            let orphan = try fixture.submit(DaemonFixture.rows(30), customer: "nobody")
            try fixture.eventually("it is not deferred") { try fixture.gate(orphan, wait: "0").status == 5 }
            let id = try #require(try fixture.gate(orphan, wait: "0").json()["dataset"] as? String)
            #expect(try fixture.run("dataset", "cancel", id, "--reason", "sent by mistake").status == 0)
            let closed = try fixture.gate(orphan, wait: "0")
            #expect(closed.status == 1)
            #expect((try closed.json()["reason"] as? String)?.contains("sent by mistake") == true)
            #expect(try fixture.run("dataset", "cancel", id).status == 4)
            #expect(try fixture.run("dataset", "cancel", "01J9Z3K7M2Q4R8T0V5W6X7Y8Z9").status == 1)
            // Judged again once there is a policy.
            try fixture.folder.write(
                String(contentsOfFile: fixture.folder.file("lethe.yaml"), encoding: .utf8)
                    .replacingOccurrences(of: #"customers: "acme""#, with: #"customers: "*""#), to: "lethe.yaml")
            #expect(try fixture.run("reload").status == 0)
            #expect(try fixture.run("dataset", "rejudge", id, "--reason", "a policy now").status == 0)
            #expect(try fixture.gate(orphan).status == 0)
        }

        @Test("--exec hands the command the verified file itself, and its exit code is the command's")
        func execute() throws {
            let fixture = try fixture()
            try fixture.start()
            let rows = DaemonFixture.rows(6, bad: [2])
            let digest = try fixture.submit(rows)
            #expect(try fixture.gate(digest).status == 0)
            let copied = try fixture.run("gate", digest, "--exec", "cat", "{}")
            #expect(copied.status == 0)
            #expect(copied.output.split(separator: "\n").count == 5 && !copied.output.contains("forbidden"))
            let byVariable = try fixture.run("gate", digest, "--exec", "sh", "-c", "cat \"$LETHE_CLEARED\"; exit 9")
            #expect(byVariable.status == 9 && byVariable.output == copied.output)
            // What is exchanged after the check does not reach the command: it reads the open file, not the path.
            let path = try #require(try fixture.gate(digest).json()["path"] as? String)
            let script = try fixture.folder.write(
                "mv \"$2\" \"$2.old\"; echo exchanged > \"$2\"; cat \"$1\"\n", to: "s.sh")
            let held = try fixture.run("gate", digest, "--exec", "sh", script, "{}", path)
            #expect(held.output == copied.output)
            #expect(try fixture.run("gate", digest, "--exec", "cat", "{}").status == 7)
            #expect(try fixture.run("gate", digest, "--exec", "cat", "{}").output.isEmpty)
        }

        @Test("Without a verdict no command is run")
        func executeNothing() throws {
            let fixture = try fixture()
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(2, bad: [1, 2]))
            #expect(try fixture.gate(digest).status == 1)
            let outcome = try fixture.run("gate", digest, "--exec", "touch", fixture.folder.file("ran"))
            #expect(outcome.status == 1)
            #expect(!FileManager.default.fileExists(atPath: fixture.folder.file("ran")))
            let missing = try fixture.submit(DaemonFixture.rows(2), name: "good.jsonl")
            #expect(try fixture.gate(missing).status == 0)
            #expect(try fixture.run("gate", missing, "--exec", "/no/such/command").status == 4)
        }
    }
}
