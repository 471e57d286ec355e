import Diagnostics
import Policies
import ServiceConfiguration
import Storage
import TestSupport
import Testing

@Suite("The daemon's configuration")
struct SettingsTests {
    @Test("What is not said has its default")
    func defaults() throws {
        let bench = try Bench()
        let settings = try bench.load(Bench.assignment)
        var expected = ServiceSettings(path: bench.folder.file("lethe.yaml"), sha256: settings.sha256)
        #expect(settings.policies.map(\.customers) == ["*"])
        #expect(settings.policies.map(\.policyPath) == [bench.folder.file("policy.yaml")])
        expected.policies = settings.policies
        #expect(settings == expected)
        #expect(settings.sha256 == sha256(of: Array(Bench.assignment.utf8)))
        #expect(settings.stateFolder == "/var/lib/lethe" && settings.socketPath == "/run/lethe/lethe.sock")
        #expect(settings.inbox.rescanSeconds == 300 && settings.inbox.settleSeconds == 5)
        #expect(settings.inbox.maximumBytes == 4_294_967_296 && settings.inbox.minimumFreeBytes == 268_435_456)
        #expect(settings.scoring.threads == nil && settings.scoring.datasetsAtOnce == 1)
        #expect(settings.scoring.checkpointSeconds == 60 && settings.scoring.retrySeconds == 30)
        #expect(settings.scoring.maximumRetrySeconds == 3600)
        let retention = settings.retention
        #expect(retention.originals == .always && retention.originalDays == nil && retention.quarantineDays == nil)
        #expect(retention.clearedDays == nil && retention.originalBytes == nil)
        #expect(settings.audit.keyPath == nil && !settings.audit.createsKey && settings.audit.checkpointRecords == 1000)
        #expect(settings.webhooks.isEmpty && settings.operators.isEmpty && !settings.watchesPolicies)
    }

    @Test("Every key is read; relative paths begin at the configuration's own folder")
    func everyKey() throws {
        let bench = try Bench()
        let settings = try bench.load(
            """
            state: state
            socket: /run/other.sock
            model: models/m.gguf
            watch_policies: true
            inbox: { rescan_seconds: 60, settle_seconds: 0.5, maximum_bytes: 1000, minimum_free_bytes: 0 }
            policies:
              - { customers: "acme*", policy: acme.yaml }
              - { customers: "*", policy: /etc/lethe/policies/default.yaml }
            scoring: { threads: 2, datasets_at_once: 3, checkpoint_seconds: 0, retry_seconds: 1,
                       maximum_retry_seconds: 9.5 }
            retention: { originals: uncleared, original_days: 1, quarantine_days: 2, cleared_days: 3,
                         original_bytes: 4 }
            audit: { key: key.pem, create_key: true, checkpoint_records: 10 }
            webhooks:
              - { id: ops, url: "https://example.org/hook" }
              - { id: local, url: "http://127.0.0.1:9", customers: "a?", secret_file: secret, ca_file: /ca.pem,
                  allow_http: true }
            operators: [ anna, 1000 ]
            """)
        func path(_ name: String) -> String { bench.folder.file(name) }
        #expect(settings.stateFolder == path("state") && settings.socketPath == "/run/other.sock")
        #expect(settings.modelPath == path("models/m.gguf") && settings.watchesPolicies)
        #expect(settings.inbox.rescanSeconds == 60 && settings.inbox.settleSeconds == 0.5)
        #expect(settings.inbox.maximumBytes == 1000 && settings.inbox.minimumFreeBytes == 0)
        #expect(settings.policies.map(\.policyPath) == [path("acme.yaml"), "/etc/lethe/policies/default.yaml"])
        #expect(settings.scoring.threads == 2 && settings.scoring.datasetsAtOnce == 3)
        #expect(settings.scoring.checkpointSeconds == 0 && settings.scoring.retrySeconds == 1)
        #expect(settings.scoring.maximumRetrySeconds == 9.5)
        #expect(settings.retention.originals == .uncleared && settings.retention.originalDays == 1)
        #expect(settings.retention.quarantineDays == 2 && settings.retention.clearedDays == 3)
        #expect(settings.retention.originalBytes == 4)
        #expect(settings.audit.keyPath == path("key.pem") && settings.audit.createsKey)
        #expect(settings.audit.checkpointRecords == 10)
        #expect(settings.webhooks.map(\.id) == ["ops", "local"])
        #expect(settings.webhooks.map(\.url) == ["https://example.org/hook", "http://127.0.0.1:9"])
        #expect(settings.webhooks.map(\.customers) == ["*", "a?"])
        #expect(settings.webhooks.map(\.secretPath) == [nil, path("secret")])
        #expect(settings.webhooks.map(\.certificateAuthorityPath) == [nil, "/ca.pem"])
        #expect(settings.webhooks.map(\.allowsPlainHTTP) == [false, true])
        #expect(settings.operators == ["anna", "1000"])
    }

    @Test("A webhook's secret lies in its file, or in systemd's folder of credentials")
    func secrets() throws {
        let bench = try Bench()
        let webhooks = try bench.load(
            Bench.assignment,
            """
            webhooks:
              - { id: a, url: "https://a" }
              - { id: b, url: "https://b", secret_file: secret }
              - { id: c, url: "https://c", secret_credential: hook }
            """
        ).webhooks
        let environment = ["CREDENTIALS_DIRECTORY": "/run/x"]
        #expect(webhooks.map { $0.secret(environment) } == [nil, bench.folder.file("secret"), "/run/x/hook"])
        #expect(webhooks[2].secret([:]) == "/run/credentials/hook")
    }

    @Test(
        "Numbers outside their range are refused, those at its ends are not",
        arguments: [
            ("inbox", "rescan_seconds", "1", "86400", "0", "86401"),
            ("inbox", "settle_seconds", "0", "3600", "-0.1", "3600.1"),
            ("inbox", "maximum_bytes", "1", "1099511627776", "0", "1099511627777"),
            ("inbox", "minimum_free_bytes", "0", "1125899906842624", "-1", "1125899906842625"),
            ("scoring", "threads", "1", "1024", "0", "1025"),
            ("scoring", "datasets_at_once", "1", "64", "0", "65"),
            ("scoring", "checkpoint_seconds", "0", "86400", "-1", "86401"),
            ("scoring", "retry_seconds", "0.01", "86400", "0.009", "86401"),
            ("scoring", "maximum_retry_seconds", "0.01", "604800", "0", "604801"),
            ("retention", "original_days", "0", "36500", "-1", "36501"),
            ("retention", "quarantine_days", "0", "36500", "-1", "36501"),
            ("retention", "cleared_days", "0", "36500", "-1", "36501"),
            ("retention", "original_bytes", "0", "1125899906842624", "-1", "1125899906842625"),
            ("audit", "checkpoint_records", "1", "1000000", "0", "1000001"),
        ])
    func ranges(_ part: String, _ key: String, _ least: String, _ most: String, _ low: String, _ high: String) throws {
        let bench = try Bench()
        for good in [least, most] { #expect(bench.faults(Bench.assignment, "\(part): { \(key): \(good) }").isEmpty) }
        for bad in [low, high] {
            #expect(bench.faults(Bench.assignment, "\(part): { \(key): \(bad) }").map(\.code) == [.outOfRange])
        }
        for bad in ["many", "[]", "\"5\""] {
            #expect(bench.faults(Bench.assignment, "\(part): { \(key): \(bad) }").map(\.code) == [.wrongType])
        }
    }

    @Test(
        "What cannot be right is told with its place",
        arguments: [
            ("stat: /x", PolicyError.Code.unknownKey), ("inbox: { settle: 5 }", .unknownKey),
            ("scoring: { thread: 1 }", .unknownKey), ("retention: { days: 1 }", .unknownKey),
            ("audit: { keys: x }", .unknownKey), ("state: [x]", .wrongType), ("state: \"\"", .outOfRange),
            ("watch_policies: maybe", .wrongType), ("retention: { originals: sometimes }", .outOfRange),
            ("inbox: 5", .wrongType), ("operators: anna", .wrongType), ("state: a\nstate: b", .duplicateKey),
            ("webhooks: [ { id: a } ]", .missingKey), ("webhooks: [ { url: \"https://a\" } ]", .missingKey),
            ("webhooks: [ { id: a, url: \"http://a\" } ]", .outOfRange),
            ("webhooks: [ { id: a, url: \"ftp://a\", allow_http: true } ]", .outOfRange),
            ("webhooks: [ { id: a, url: \"https://a\", tls: false } ]", .unknownKey),
            ("webhooks: [ { id: a, url: \"https://a\", secret_file: f, secret_credential: c } ]", .duplicateKey),
            ("webhooks: [ { id: a, url: \"https://a\" }, { id: a, url: \"https://b\" } ]", .duplicateKey),
        ])
    func faults(_ line: String, _ code: PolicyError.Code) throws {
        let bench = try Bench()
        let faults = bench.faults(Bench.assignment, line)
        #expect(faults.map(\.code) == [code])
        #expect((faults.first?.location?.line ?? 0) >= 2)
        #expect(faults.first?.location?.path == bench.folder.file("lethe.yaml"))
    }

    @Test(
        "Policies must be assigned, and a pattern that is never reached is a mistake",
        arguments: [
            ("state: /x", [PolicyError.Code.missingKey]), ("policies: []", [.missingKey]),
            ("policies: [ { customers: a } ]", [.missingKey]), ("policies: [ { policy: p } ]", [.missingKey]),
            ("policies: [ { customers: \"*\", policy: p }, { customers: a, policy: p } ]", [.duplicateKey]),
            ("policies: [ { customers: a, policy: p }, { customers: a, policy: q } ]", [.duplicateKey]),
            ("policies: [ { customers: \"*\", policy: p }, { customers: \"*\", policy: p } ]", [.duplicateKey]),
            ("policies: [ { customers: \"a*\", policy: p }, { customers: \"*\", policy: p } ]", []),
        ])
    func policies(_ line: String, _ codes: [PolicyError.Code]) throws {
        #expect(try Bench().faults(line).map(\.code) == codes)
    }

    @Test("All faults are told at once")
    func allFaults() throws {
        let faults = try Bench().faults("stat: /x", "inbox: { rescan_seconds: 0 }", "watch_policies: 1")
        #expect(Set(faults.map(\.code)) == [.missingKey, .unknownKey, .outOfRange, .wrongType])
    }

    @Test("A configuration that is not there, empty or no YAML is an error")
    func unreadable() throws {
        let bench = try Bench()
        #expect(bench.faults("").map(\.code) == [.missingKey])
        #expect(bench.faults("policies: [").map(\.code) == [.syntax])
        #expect {
            _ = try ServiceConfigurationLoader.load(bench.folder.file("nowhere.yaml"))
        } throws: {
            ($0 as? PolicyErrors)?.errors.map(\.code) == [.configurationNotFound]
        }
    }

    @Test(
        "The option comes before the environment, and that before the two places",
        arguments: [
            ("x.yaml", "y.yaml", ["etc/lethe.yaml"], "x.yaml"), (nil, "y.yaml", ["etc/lethe.yaml"], "y.yaml"),
            (nil, "", ["etc/lethe.yaml"], "etc/lethe.yaml"),
            (nil, nil, ["etc/lethe.yaml", "/etc/lethe/lethe.yaml"], "etc/lethe.yaml"),
            (nil, nil, ["/etc/lethe/lethe.yaml"], "/etc/lethe/lethe.yaml"), (nil, nil, [], nil),
        ] as [(String?, String?, [String], String?)])
    func resolve(_ option: String?, _ variable: String?, _ files: [String], _ expected: String?) {
        let environment = variable.map { ["LETHE_CONFIG": $0] } ?? [:]
        let path = try? ServiceConfigurationLoader.resolve(
            option: option, environment: environment, exists: files.contains)
        #expect(path == expected)
    }
}
