import Foundation
import HTTPTransfer
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("The control API")
    struct ControlAPITests {
        private static let unknown = "01J9Z3K7M2Q4R8T0V5W6X7Y8Z9"

        private let document: APIDocument
        private let fixture: DaemonFixture
        private let id: String
        private let deferred: String

        /// A daemon with one dataset that is decided and one that no policy is for.
        init() throws {
            document = try APIDocument()
            fixture = try DaemonFixture(policy: DaemonFixture.words)
            let configuration = try String(contentsOfFile: fixture.folder.file("lethe.yaml"), encoding: .utf8)
            try fixture.folder.write(
                configuration.replacing("customers: \"*\"", with: "customers: \"ac*\"") + "\noperators: [65534]\n",
                to: "lethe.yaml")
            try fixture.start()
            id = try #require(
                try fixture.gate(fixture.submit(DaemonFixture.rows(6, bad: [1, 4, 6]))).json()["dataset"] as? String)
            _ = try fixture.submit(DaemonFixture.rows(2), customer: "beta", name: "other.jsonl")
            let fixture = fixture
            try fixture.eventually("it is not deferred") {
                try fixture.datasets().contains { $0["state"] as? String == "deferred" }
            }
            deferred = try #require(
                try fixture.datasets().first { $0["state"] as? String == "deferred" }?["id"] as? String)
        }

        /// Sends a request to a route, its parameters filled in.
        private func send(_ route: APIDocument.Route, id: String, line: String = "4", body: String = "")
            throws -> HTTPResponse
        {
            let path = route.path.replacing("{id}", with: id).replacing("{line}", with: line)
            return try fixture.api(try #require(HTTPRequest.Method(rawValue: route.method)), path, body: body)
        }

        private func check(_ response: HTTPResponse, _ route: APIDocument.Route, status: Int) {
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(response.status == status, "\(route): \(text)")
            let faults = document.faults(of: response.body, to: route, status: response.status)
            #expect(faults.isEmpty, "\(route): \(text)")
        }

        @Test("Every answer to a documented GET is as documented, with no member more or less")
        func reading() throws {
            let routes = document.routes.filter { $0.method == "GET" }
            #expect(routes.count >= 9)
            for route in routes {
                for dataset in route.path == "/v1/datasets/{id}" ? [id, deferred] : [id] {
                    let response = try send(route, id: dataset)
                    // Of a deferred dataset the daemon says that it cannot do its work.
                    check(response, route, status: route.path == "/healthz" ? response.status : 200)
                }
            }
            #expect(try fixture.metrics().hasPrefix("# HELP lethe_datasets "))
            let queue = try JSONSerialization.jsonObject(with: Data(fixture.api(.get, "/v1/queue").body))
            let waiting = try #require((queue as? [String: [[String: Any]]])?["datasets"]?.first)
            #expect(waiting["id"] as? String == deferred && waiting["position"] as? Int == 1)
            #expect(waiting["retry_at"] is String)
        }

        @Test("Filters select, and a limit limits")
        func filters() throws {
            func count(_ path: String, _ member: String) throws -> Int {
                let value = try JSONSerialization.jsonObject(with: Data(fixture.api(.get, path).body))
                return try #require((value as? [String: Any])?[member] as? [Any], "\(path)").count
            }
            #expect(try count("/v1/datasets", "datasets") == 2)
            #expect(try count("/v1/datasets?limit=1", "datasets") == 1)
            #expect(try count("/v1/datasets?customer=beta", "datasets") == 1)
            #expect(try count("/v1/datasets?state=decided", "datasets") == 1)
            #expect(try count("/v1/datasets?state=decided&state=deferred", "datasets") == 2)
            #expect(try count("/v1/quarantine?dataset=\(id)&limit=2", "cases") == 2)
            #expect(try count("/v1/quarantine?state=released", "cases") == 0)
            #expect(try count("/v1/quarantine?dataset=\(Self.unknown)", "cases") == 0)
        }

        @Test("Every answer to a documented change is as documented, and so is a refused one")
        func changing() throws {
            func post(_ path: String, _ id: String, _ body: String, status: Int = 200) throws {
                let route = APIDocument.Route(method: "POST", path: path)
                #expect(document.routes.contains(route))
                check(try send(route, id: id, body: body), route, status: status)
            }
            let row = "/v1/quarantine/{id}"
            try post(row + "/release", id, #"{"lines":[4],"reason":"a quotation"}"#)
            try post(row + "/restore", id, #"{"lines":[4],"reason":"it is none"}"#)
            try post(row + "/confirm", id, #"{"lines":[1,4]}"#)
            try post(row + "/release", id, #"{"lines":[4]}"#, status: 409)
            try post(row + "/release", id, #"{"lines":[2],"reason":"x"}"#, status: 404)
            try post("/v1/datasets/{id}/cancel", id, "", status: 409)
            try post("/v1/datasets/{id}/cancel", deferred, #"{"reason":"sent by mistake"}"#)
            try post("/v1/datasets/{id}/rejudge", id, "{}")
            try post("/v1/reload", id, "")
            try fixture.folder.write("name: words\n", to: "policy.yaml")
            try post("/v1/reload", id, "", status: 422)
            let status = try fixture.run("status", "--json")
            #expect(status.status == 1)
            check(
                try fixture.api(.get, "/v1/status"), APIDocument.Route(method: "GET", path: "/v1/status"), status: 200)
            #expect(try status.json()["refused_reload"] is String)
        }

        @Test("Every documented route is there; another one is not")
        func routes() throws {
            for route in document.routes {
                let response = try send(route, id: Self.unknown)
                #expect(response.status != 404 || !response.body.isEmpty, "\(route)")
                let faults = document.faults(of: response.body, to: route, status: response.status)
                #expect(faults.isEmpty, "\(route)")
            }
            for path in ["/", "/v1", "/v1/nothing", "/v1/datasets/\(id)/nothing", "/v2/status"] {
                let response = try fixture.api(.get, path)
                #expect(response.status == 404 && response.body.isEmpty, "\(path)")
            }
            #expect(try fixture.api(.delete, "/v1/datasets/\(id)").status == 404)
        }

        @Test("What is no id, line, state or body is answered with 400 and changes nothing")
        func badRequests() throws {
            let before = try fixture.records().count
            let requests: [(HTTPRequest.Method, String, String)] = [
                (.get, "/v1/datasets?state=nothing", ""), (.get, "/v1/datasets/nothing", ""),
                (.get, "/v1/datasets/nothing/report", ""), (.get, "/v1/quarantine/nothing/1", ""),
                (.get, "/v1/quarantine/\(id)/nothing", ""), (.post, "/v1/datasets/nothing/cancel", "{}"),
                (.post, "/v1/datasets/nothing/rejudge", "{}"),
                (.post, "/v1/quarantine/nothing/confirm", #"{"lines":[1]}"#),
                (.post, "/v1/quarantine/\(id)/confirm", ""), (.post, "/v1/quarantine/\(id)/confirm", #"{"lines":[]}"#),
                (.post, "/v1/quarantine/\(id)/confirm", #"{"lines":"1"}"#), (.post, "/v1/datasets/\(id)/rejudge", "["),
            ]
            for (method, path, body) in requests {
                let response = try fixture.api(method, path, body: body)
                #expect(response.status == 400, "\(method.rawValue) \(path) \(body)")
                let report = try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
                #expect(report?["code"] as? String == "bad-request", "\(method.rawValue) \(path) \(body)")
            }
            #expect(try fixture.records().count == before)
        }

        @Test(
            "Whoever may connect may read; who is no operator may change nothing, and an operator is recorded by name",
            .enabled(if: getuid() == 0, "only root may become another user"))
        func operators() throws {
            let socket = fixture.folder.file("lethe.sock")
            try #require(chmod(fixture.folder.path, 0o755) == 0 && chmod(socket, 0o666) == 0)
            /// Asks as a user without any group; the answer's first line.
            func ask(uid: Int, _ head: String, _ body: String = "") throws -> String {
                let request =
                    "\(head) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body
                let program = #"$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; print $s $ARGV[1]; print <$s>"#
                let outcome = try fixture.startCommand(
                    "/usr/bin/setpriv",
                    [
                        "--reuid=\(uid)", "--regid=65534", "--clear-groups", "/usr/bin/perl", "-MIO::Socket::UNIX",
                        "-e",
                        program, socket, request,
                    ]
                ).finish()
                try #require(outcome.status == 0, "\(outcome.errors)")
                return String(outcome.output.prefix { !$0.isNewline })
            }
            let before = try fixture.records().count
            let release = "POST /v1/quarantine/\(id)/release"
            let body = #"{"lines":[4],"reason":"mine"}"#
            #expect(try ask(uid: 65533, "GET /v1/quarantine/\(id)/4") == "HTTP/1.1 200 OK")
            let changes = document.routes.filter { $0.method == "POST" }
            for route in changes {
                let path = route.path.replacing("{id}", with: id)
                #expect(try ask(uid: 65533, "POST \(path)", body) == "HTTP/1.1 403 Forbidden", "\(route)")
            }
            #expect(try fixture.records().count == before)
            #expect(try ask(uid: 65534, release, body) == "HTTP/1.1 200 OK")
            let record = try #require(try fixture.records("--event", "example.released").first)
            #expect((record["actor"] as? String)?.hasPrefix("uid:65534") == true)
        }
    }
}
