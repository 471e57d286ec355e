import Crypto
import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("Webhooks")
    struct WebhookTests {
        private static let secret = "a secret of the test"

        private func fixture(_ server: ScriptedServer, _ certificate: TestCertificate) throws -> DaemonFixture {
            let fixture = try DaemonFixture(
                policy: DaemonFixture.words,
                configuration: """
                    webhooks:
                      - { id: ops, url: "https://127.0.0.1:\(server.port)/hook", customers: "ac*",
                          secret_file: secret, ca_file: \(certificate.path) }
                    """)
            try fixture.folder.write(Self.secret + "\n", to: "secret")
            return fixture
        }

        @Test("A verdict reaches its receiver over TLS, signed, through lethe-fetch, and the delivery is recorded")
        func delivery() throws {
            let certificate = try TestCertificate()
            let server = try ScriptedServer(
                [.init(500, headers: ["Retry-After": "0"]), .init(204)], certificate: certificate)
            let fixture = try fixture(server, certificate)
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(4, bad: [2]))
            #expect(try fixture.gate(digest).status == 0)
            let other = try fixture.submit(DaemonFixture.rows(3), customer: "beta", name: "other.jsonl")
            #expect(try fixture.gate(other).status == 0)
            // lethed itself sends nothing, and what it has to say outlives it.
            try fixture.kill()
            #expect(try server.requests().isEmpty)
            try fixture.start()
            let fetch = try fixture.startCommand(DaemonFixture.fetchBinary, [])
            defer { fetch.kill() }
            try fixture.eventually("the delivery is not recorded: \(fetch.errorsSoFar)") {
                try fixture.records("--event", "webhook.delivered").count == 1
            }
            let requests = try server.requests()
            #expect(requests.count == 2)
            let request = try #require(requests.last)
            #expect(Set(requests.map { $0.headers["lethe-delivery"] ?? "" }).count == 1)
            let body = try #require(try JSONSerialization.jsonObject(with: request.content) as? [String: Any])
            #expect(body["verdict"] as? String == "cleared-with-removals" && body["customer"] as? String == "acme")
            #expect(body["sha256"] as? String == digest)
            let fields = (request.headers["lethe-signature"] ?? "").split(separator: ",").map {
                $0.split(separator: "=")
            }
            let time = try #require(fields.first?.last)
            let signature = try #require(fields.last?.last)
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(time).".utf8) + request.content, using: SymmetricKey(data: Data(Self.secret.utf8)))
            #expect(code.map { String(format: "%02x", $0) }.joined() == signature)
            let record = try #require(try fixture.records("--event", "webhook.delivered").first)
            #expect((record["body"] as? [String: Any])?["attempts"] as? Int == 2)
            #expect(try fixture.run("audit", "verify").status == 0)
            let outbox = fixture.folder.file("state/outbox")
            try fixture.eventually("the outbox is not empty") {
                try FileManager.default.contentsOfDirectory(atPath: outbox).filter { $0.hasSuffix(".json") }.isEmpty
            }
        }

        @Test("A message that its receiver refuses is given up, and that is recorded")
        func refusal() throws {
            let certificate = try TestCertificate()
            let server = try ScriptedServer([.init(400)], certificate: certificate)
            let fixture = try fixture(server, certificate)
            try fixture.start()
            let digest = try fixture.submit(DaemonFixture.rows(4))
            #expect(try fixture.gate(digest).status == 0)
            let outcome = try fixture.startCommand(DaemonFixture.fetchBinary, ["--once"]).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            try fixture.eventually("the failure is not recorded") {
                try fixture.records("--event", "webhook.failed").count == 1
            }
            #expect(try fixture.gate(digest).status == 0)
        }
    }
}
