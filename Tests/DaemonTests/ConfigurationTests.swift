import AuditLog
import ControlModels
import Daemon
import Foundation
import Moderation
import Policies
import Registry
import ServiceConfiguration
import Synchronization
import TestSupport
import Testing
import Vault

@Suite("Configuration while the daemon runs")
struct ConfigurationTests {
    @Test("A reload swaps settings and policies in as a whole, and is recorded")
    func reload() throws {
        let bench = try Bench()
        let before = bench.daemon.configuration.snapshot
        try Bench.write(policy: "policy", word: "three", in: bench.folder)
        try Bench.write(configuration: ["inbox: { settle_seconds: 7 }"], in: bench.folder)
        let report = try bench.daemon.reload(actor: "uid:1 (anna)")
        let now = bench.daemon.configuration.snapshot
        #expect(now.settings.inbox.settleSeconds == 7 && before.settings.inbox.settleSeconds == 5)
        #expect(report.needRestart.isEmpty && report.policies.map(\.name) == ["policy"])
        #expect(now.policies.policy(for: "acme")?.sha256 != before.policies.policy(for: "acme")?.sha256)
        #expect(report.policies.map(\.sha256) == [now.policies.policy(for: "acme")?.sha256])
        let record = try #require(try bench.daemon.registry.audit.reader.records(matching: AuditQuery()).last)
        #expect(record.event == "policy.loaded" && record.actor == "uid:1 (anna)")
        // What is judged from now on is judged by it.
        let id = try bench.claim()
        try bench.judge(restarts: false)
        #expect(try bench.reader.rows(dataset: id).map(\.line) == [3])
    }

    @Test(
        "A fault keeps everything as it was, is recorded, and is told until it is mended",
        arguments: ["policies: [ { customers: \"*\", policy: gone.yaml } ]", "inbox: { settle: 1 }", "state: ["])
    func fault(_ line: String) throws {
        let bench = try Bench()
        let before = bench.daemon.configuration.snapshot.settings
        try Bench.write(configuration: [line], in: bench.folder)
        #expect(throws: PolicyErrors.self) { _ = try bench.daemon.reload(actor: "anna") }
        #expect(bench.daemon.configuration.snapshot.settings == before)
        #expect(bench.daemon.configuration.refusal != nil)
        #expect(bench.daemon.problems["policies"] != nil && bench.daemon.failures.isEmpty)
        #expect(try bench.daemon.status().refusedReload == bench.daemon.configuration.refusal)
        let record = try #require(try bench.daemon.registry.audit.reader.records(matching: AuditQuery()).last)
        #expect(record.event == "policy.refused" && record.actor == "anna")
        #expect(bench.daemon.statusLine().hasPrefix("policies: "))
        try Bench.write(configuration: [], in: bench.folder)
        _ = try bench.daemon.reload(actor: "anna")
        #expect(bench.daemon.configuration.refusal == nil && bench.daemon.problems.isEmpty)
        #expect(bench.daemon.statusLine() == "idle")
    }

    @Test(
        "What cannot change while the daemon runs keeps its value, and is named",
        arguments: [
            ("state: elsewhere", "state"), ("socket: other.sock", "socket"), ("model: other.gguf", "model"),
            ("audit: { key: key, create_key: true, checkpoint_records: 5 }", "audit"),
            ("scoring: { datasets_at_once: 2 }", "scoring.datasets_at_once"),
        ])
    func needRestart(_ line: String, _ name: String) throws {
        let bench = try Bench()
        let before = bench.daemon.configuration.snapshot.settings
        try Bench.write(configuration: [line, "watch_policies: true"], in: bench.folder)
        let (snapshot, needRestart) = try bench.daemon.configuration.reload()
        #expect(needRestart == [name])
        var expected = before
        expected.watchesPolicies = true
        expected.sha256 = snapshot.settings.sha256
        #expect(snapshot.settings == expected)
    }

    @Test("A running judgement keeps the policy that it began with")
    func running() throws {
        let bench = try Bench()
        let id = try bench.claim()
        let (daemon, folder) = (bench.daemon, bench.folder)
        let isReloaded = Mutex(false)
        // The first record of the judgement is that it was read.
        bench.time.onNow {
            guard daemon.configuration.refusal == nil, !isReloaded.withLock({ $0 }),
                (try? FileManager.default.contentsOfDirectory(atPath: daemon.vault.layout.work))?.isEmpty == false
            else { return }
            isReloaded.withLock { $0 = true }
            try? Bench.write(policy: "policy", word: "three", in: folder)
            _ = try? daemon.configuration.reload()
        }
        try bench.judge(restarts: false)
        bench.time.onNow(nil)
        #expect(isReloaded.withLock { $0 })
        #expect(try bench.reader.rows(dataset: id).map(\.line) == [2])
    }

    @Test("A daemon does not start on a policy or a key that cannot be used")
    func start() throws {
        let bench = try Bench()
        try Bench.write(configuration: ["audit: { key: nowhere }"], in: bench.folder)
        #expect { try bench.restart() } throws: { ($0 as? AuditError)?.code == .keyFile }
        try Bench.write(configuration: ["policies: [ { customers: a, policy: gone.yaml } ]"], in: bench.folder)
        #expect(throws: PolicyErrors.self) { try bench.restart() }
        try Bench.write(configuration: [], in: bench.folder)
        try bench.restart()
        try bench.daemon.recordStart()
        #expect(try bench.events().suffix(2) == ["daemon.started", "policy.loaded"])
        try bench.stopAndStart()
        #expect(try bench.events().last == "daemon.stopped")
        // The key that was made at the first start is used again.
        #expect(try bench.events().count { $0 == "key.created" } == 1)
    }
}

@Suite("Signs of life, and what is measured")
struct StatusTests {
    @Test("A part is late once its promise is over, until it beats or ends")
    func heartbeats() {
        let time = FakeClock()
        let heartbeats = Heartbeats(uptime: time.clock.uptime)
        #expect(heartbeats.late.isEmpty)
        heartbeats.beat("b", within: 10)
        heartbeats.beat("a", within: 20)
        time.pass(10)
        #expect(heartbeats.late.isEmpty)
        time.pass(0.5)
        #expect(heartbeats.late == ["b"])
        time.pass(10)
        #expect(heartbeats.late == ["a", "b"])
        heartbeats.beat("b", within: 1)
        #expect(heartbeats.late == ["a"])
        heartbeats.end("a")
        #expect(heartbeats.late.isEmpty)
    }

    @Test("A late part is a failure that the status tells")
    func late() throws {
        let bench = try Bench()
        bench.daemon.heartbeats.beat("inbox", within: 10)
        #expect(bench.daemon.failures.isEmpty)
        bench.time.pass(11)
        #expect(bench.daemon.failures["watchdog"]?.contains("inbox") == true)
        #expect(bench.daemon.statusLine().hasPrefix("watchdog: "))
    }

    @Test("Readiness is told once, after the last part")
    func readiness() {
        let count = Mutex(0)
        let readiness = Readiness(["a", "b"]) { count.withLock { $0 += 1 } }
        readiness.isReady("a")
        readiness.isReady("a")
        readiness.isReady("c")
        #expect(count.withLock { $0 } == 0)
        readiness.isReady("b")
        readiness.isReady("b")
        #expect(count.withLock { $0 } == 1)
    }

    @Test("Metrics are Prometheus's text format, and name no customer and no file")
    func metrics() throws {
        let bench = try Bench()
        _ = try bench.claim(customer: "secretcustomer", name: "secretname.jsonl")
        try bench.judge(restarts: false)
        let text = try bench.daemon.metrics()
        #expect(!text.contains("secret") && text.hasSuffix("\n"))
        let name = "[a-zA-Z_:][a-zA-Z0-9_:]*"
        let line = try Regex(
            "(# HELP \(name) [^\\n]+|# TYPE \(name) (counter|gauge)"
                + "|\(name)(\\{[a-z_]+=\"[^\"\\\\\\n]*\"\\})? -?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?)")
        var types: [String: String] = [:]
        var seen: Set<String> = []
        for text in text.split(separator: "\n") {
            #expect(text.wholeMatch(of: line) != nil, "\(text)")
            let words = text.split(separator: " ")
            if words.prefix(2) == ["#", "TYPE"] {
                #expect(types.updateValue(String(words[3]), forKey: String(words[2])) == nil)
            } else if words[0] != "#" {
                #expect(seen.insert(String(words[0])).inserted)
                let family = String(words[0].prefix { $0 != "{" })
                #expect(types[family] != nil, "\(family) has no type before it")
                #expect(family.hasSuffix("_total") == (types[family] == "counter") || family == "lethe_audit_sequence")
            }
        }
        #expect(text.contains("\nlethe_datasets{state=\"decided\"} 1\n"))
        #expect(text.contains("\nlethe_verdicts_total{verdict=\"cleared-with-removals\"} 1\n"))
        #expect(text.contains("\nlethe_open_cases 1\n") && text.contains("\nlethe_rows_judged_total 3\n"))
    }

    @Test("The status tells what waits, and the queue in which order")
    func status() throws {
        let bench = try Bench()
        let ids = try ["acme", "acme", "bulk"].enumerated().map {
            try bench.claim(Bench.row("\($0)"), customer: $1, name: "\($0).jsonl")
        }
        let status = try bench.daemon.status()
        #expect(status.states == ["claimed": 3] && status.running.isEmpty && status.problems.isEmpty)
        #expect(status.signingKey == bench.daemon.signingKeyID && status.signingKey != nil)
        #expect(bench.daemon.statusLine() == "judging 0, waiting 3")
        let queue = try bench.daemon.queue().datasets
        #expect(queue.map(\.id) == [ids[0], ids[2], ids[1]].map(\.description))
        #expect(queue.map(\.position) == [1, 2, 3])
    }

    @Test("Nothing that is logged of a dataset holds what its rows say, or its file's name")
    func logs() throws {
        let bench = try Bench()
        _ = try bench.claim(
            Bench.row("secretone") + "\n" + Bench.row("forbidden secrettwo") + "\n{secretthree\n",
            name: "secretname.jsonl")
        try bench.judge()
        _ = try bench.claim("secretfour", name: "secretname2.jsonl")
        try bench.judge()
        #expect(bench.log.all.count >= 2)
        for line in bench.log.all { #expect(!line.contains("secret"), "\(line)") }
    }
}
