import Diagnostics
import Policies
import ServiceConfiguration
import TestSupport
import Testing

@Suite("Sources of a configuration")
struct SourceTests {
    @Test("What is not said has its default")
    func defaults() throws {
        let bench = try Bench()
        let settings = try bench.load(
            Bench.assignment,
            """
            sources:
              - { id: a, customer: acme, url: "https://a.example/x" }
              - { id: b, customer: acme, s3: { endpoint: "https://s3.example", bucket: b } }
            """)
        #expect(settings.fetch == FetchSettings())
        var file = SourceSettings(id: "a", customer: "acme")
        file.url = "https://a.example/x"
        var store = SourceSettings(id: "b", customer: "acme")
        store.store = .init(endpoint: "https://s3.example", bucket: "b")
        #expect(settings.sources == [file, store])
        #expect(
            file.intervalSeconds == 3600 && store.store?.region == "us-east-1" && store.store?.prefix.isEmpty == true)
    }

    @Test("Every key is read; relative paths begin at the configuration's own folder")
    func everyKey() throws {
        let bench = try Bench()
        let settings = try bench.load(
            Bench.assignment,
            """
            fetch: { maximum_bytes: 10, timeout_seconds: 20, stall_seconds: 30, bytes_per_second: 40, at_once: 5,
                     retry_seconds: 0.5, maximum_retry_seconds: 6, give_up_seconds: 7, submit_hosts: ["*.Example"],
                     allow_hosts: [mirror.example], allow_private: [127.0.0.1], allow_files: [drop, /srv] }
            sources:
              - id: nightly
                customer: acme
                url: http://127.0.0.1:8/set
                interval_seconds: 60
                headers: { X-Key: k, Accept: text/csv }
                token_credential: token
                sha256: "\(String(repeating: "0a", count: 32))"
                format: csv.gz
                maximum_bytes: 1
                timeout_seconds: 2
                bytes_per_second: 3
                allow_hosts: ["*.example"]
                allow_private: [localhost]
                allow_files: [in]
                ca_file: ca.pem
              - id: bucket
                customer: acme
                s3: { endpoint: "https://s3.example:9000", region: eu-1, bucket: b, prefix: p/, access_key_file: a,
                      secret_key_credential: s }
            """)
        func path(_ name: String) -> String { bench.folder.file(name) }
        let fetch = settings.fetch
        #expect(fetch.maximumBytes == 10 && fetch.timeoutSeconds == 20 && fetch.stallSeconds == 30)
        #expect(fetch.bytesPerSecond == 40 && fetch.atOnce == 5 && fetch.retrySeconds == 0.5)
        #expect(fetch.maximumRetrySeconds == 6 && fetch.giveUpSeconds == 7 && fetch.submitHosts == ["*.example"])
        #expect(fetch.redirectHosts == ["mirror.example"] && fetch.privateHosts == ["127.0.0.1"])
        #expect(fetch.fileFolders == [path("drop"), "/srv"])
        var expected = SourceSettings(id: "nightly", customer: "acme")
        expected.url = "http://127.0.0.1:8/set"
        expected.intervalSeconds = 60
        expected.headers = ["X-Key": "k", "Accept": "text/csv"]
        expected.token = .credential("token")
        expected.sha256 = String(repeating: "0a", count: 32)
        expected.format = "csv.gz"
        (expected.maximumBytes, expected.timeoutSeconds, expected.bytesPerSecond) = (1, 2, 3)
        (expected.redirectHosts, expected.privateHosts) = (["*.example"], ["localhost"])
        (expected.fileFolders, expected.certificateAuthorityPath) = ([path("in")], path("ca.pem"))
        #expect(settings.sources.first == expected)
        let store = try #require(settings.sources.last?.store)
        #expect(store.endpoint == "https://s3.example:9000" && store.region == "eu-1" && store.bucket == "b")
        #expect(store.prefix == "p/" && store.accessKey == .file(path("a")) && store.secretKey == .credential("s"))
        let environment = ["CREDENTIALS_DIRECTORY": "/run/x"]
        #expect(store.secretKey?.path(environment) == "/run/x/s" && store.accessKey?.path(environment) == path("a"))
    }

    @Test(
        "What cannot be right is told with its place",
        arguments: [
            ("fetch: { at_once: 0 }", PolicyError.Code.outOfRange), ("fetch: { at_once: 33 }", .outOfRange),
            ("fetch: { rate: 1 }", .unknownKey), ("fetch: { allow_hosts: a }", .wrongType),
            ("sources: [ { customer: a, url: \"https://a\" } ]", .missingKey),
            ("sources: [ { id: a, url: \"https://a\" } ]", .missingKey),
            ("sources: [ { id: a, customer: a } ]", .missingKey),
            ("sources: [ { id: a/b, customer: a, url: \"https://a\" } ]", .outOfRange),
            ("sources: [ { id: .a, customer: a, url: \"https://a\" } ]", .outOfRange),
            ("sources: [ { id: a, customer: a/b, url: \"https://a\" } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"ftp://a\" } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://u:p@a\" } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"file://host/x\" } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://a\", sha256: AB } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://a\", format: ../x } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://a\", interval_seconds: 0 } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://a\", headers: { Host: b } } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://a\", headers: { \"a b\": b } } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, url: \"https://a\", headers: { A: b, a: c } } ]", .duplicateKey),
            ("sources: [ { id: a, customer: a, url: \"https://a\", headers: [a] } ]", .wrongType),
            (
                "sources: [ { id: a, customer: a, url: \"https://a\", token_file: f, token_credential: c } ]",
                .duplicateKey
            ),
            (
                "sources: [ { id: a, customer: a, url: \"https://a\", token_file: f, headers: { authorization: x } } ]",
                .duplicateKey
            ),
            ("sources: [ { id: a, customer: a, url: \"https://a\", token_credential: ../x } ]", .outOfRange),
            (
                "sources: [ { id: a, customer: a, token_file: f, s3: { endpoint: \"https://s\", bucket: b, "
                    + "access_key_file: f, secret_key_file: g } } ]", .duplicateKey
            ),
            (
                "sources: [ { id: a, customer: a, url: \"https://a\" }, { id: a, customer: b, url: \"https://b\" } ]",
                .duplicateKey
            ),
            (
                "sources: [ { id: a, customer: a, url: \"https://a\", s3: { endpoint: \"https://s\", bucket: b } } ]",
                .missingKey
            ),
            ("sources: [ { id: a, customer: a, s3: { bucket: b } } ]", .missingKey),
            ("sources: [ { id: a, customer: a, s3: { endpoint: \"https://s/path\", bucket: b } } ]", .outOfRange),
            ("sources: [ { id: a, customer: a, s3: { endpoint: \"https://s?x=y\", bucket: b } } ]", .outOfRange),
            (
                "sources: [ { id: a, customer: a, s3: { endpoint: \"https://s\", bucket: b, region: \"a:b\" } } ]",
                .outOfRange
            ),
            (
                "sources: [ { id: a, customer: a, s3: { endpoint: \"https://s\", bucket: b, access_key_file: f } } ]",
                .missingKey
            ),
        ])
    func faults(_ line: String, _ code: PolicyError.Code) throws {
        let bench = try Bench()
        let faults = bench.faults(Bench.assignment, line)
        #expect(faults.map(\.code) == [code])
        #expect((faults.first?.location?.line ?? 0) >= 2)
    }
}
