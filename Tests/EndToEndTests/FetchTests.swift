import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("Fetching")
    struct FetchTests {
        private func fixture(_ configuration: String) throws -> DaemonFixture {
            try DaemonFixture(
                policy: DaemonFixture.words,
                configuration: "fetch: { allow_private: [127.0.0.1], retry_seconds: 0.01 }\n" + configuration,
                inbox: "settle_seconds: 0, minimum_free_bytes: 0")
        }

        @Test("A submitted URL is fetched by lethe-fetch, judged by lethed, and recorded without its query")
        func submitted() throws {
            let rows = DaemonFixture.rows(4, bad: [2])
            let server = try ScriptedServer([.init(503), .init(200, body: rows)])
            let fixture = try fixture("")
            try fixture.start()
            let fetch = try fixture.startCommand(DaemonFixture.fetchBinary, [])
            defer { fetch.kill() }
            let url = "http://127.0.0.1:\(server.port)/sets/set.jsonl?token=s3cret"
            let outcome = try fixture.run("submit", url, "--customer", "acme", "--wait", "60s")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let digest = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try fixture.gate(digest).status == 0)
            let record = try #require(try fixture.records("--event", "dataset.fetched").first)
            let body = try #require(record["body"] as? [String: Any])
            #expect(body["host"] as? String == "127.0.0.1" && body["sha256"] as? String == digest)
            #expect(body["attempts"] as? Int == 2 && record["customer"] as? String == "acme")
            let status = try fixture.run("status").output
            #expect(status.contains("fetched") && status.contains("127.0.0.1"))
            for text in [status, try fixture.run("audit", "export").output, fetch.errorsSoFar] {
                #expect(!text.contains("s3cret"))
            }
            #expect(try fixture.run("audit", "verify").status == 0)
        }

        @Test("A URL that may not be fetched fails, is recorded, and is told to who waits")
        func refused() throws {
            let server = try ScriptedServer([.init(200, body: DaemonFixture.rows(4))])
            let fixture = try fixture("")
            try fixture.start()
            let fetch = try fixture.startCommand(DaemonFixture.fetchBinary, [])
            defer { fetch.kill() }
            let outcome = try fixture.run(
                "submit", "http://localhost:\(server.port)/", "--customer", "acme", "--wait", "60s")
            #expect(outcome.status == 3 && outcome.errors.contains("address-refused"))
            try fixture.eventually("the failure is not recorded") {
                try fixture.records("--event", "fetch.failed").count == 1
            }
            #expect(try server.requests().isEmpty)
        }

        @Test("Sources are fetched by lethe-fetch --once; what is not fetched in time is told by the exit code")
        func sources() throws {
            let server = try ScriptedServer([.init(200, body: DaemonFixture.rows(3))])
            let fixture = try fixture(
                """
                sources:
                  - { id: nightly, customer: beta, url: "http://127.0.0.1:\(server.port)/n.jsonl",
                      allow_private: [127.0.0.1], token_file: token }
                """)
            try fixture.folder.write("t0ken\n", to: "token")
            try fixture.start()
            let waiting = try fixture.run(
                "submit", "https://nobody.invalid/", "--customer", "acme", "--wait", "0.2s")
            #expect(waiting.status == 6)
            let once = try fixture.startCommand(DaemonFixture.fetchBinary, ["--once"]).finish()
            #expect(once.status == 0 && once.output.contains("fetched 1, unchanged 0, to be tried again 1, given up 0"))
            #expect(try server.requests().first?.headers["authorization"] == "Bearer t0ken")
            try fixture.eventually("the dataset is not taken") {
                try fixture.records("--event", "dataset.judged").count == 1
            }
            let status = try fixture.run("status", "--json").output
            #expect(status.contains("\"nightly\"") && status.contains("name-resolution-failed"))
            #expect(!status.contains("t0ken"))
        }

        @Test("What is no usable request is refused before it is made")
        func usage() throws {
            let fixture = try fixture("")
            try fixture.start()
            for bad in [
                ["https://a/", "--customer", "a/b"], ["https://a/", "--customer", "a", "--sha256", "x"],
                ["https://a/", "--customer", "a", "--name", "a/b"], ["https://a/", "--customer", "a", "--name", ".x"],
            ] { #expect(try fixture.run(["submit"] + bad).status == 2) }
            try fixture.folder.write("{}\n", to: "x.jsonl")
            let other = String(repeating: "0", count: 64)
            #expect(try fixture.run("submit", "x.jsonl", "--customer", "a", "--sha256", other).status == 3)
        }
    }
}
