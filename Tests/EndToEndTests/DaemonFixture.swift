import Foundation
import HTTPTransfer
import TestSupport
import Testing

/// A real `lethed` with a folder, policies and a tiny model of its own.
final class DaemonFixture {
    let lethe: LetheProcess
    let folder: TemporaryFolder
    private(set) var daemon: RunningCommand?
    private(set) var notify: NotifySocket?
    private var environment: [String: String]

    static let binary = LetheProcess.root + "/.build/release/lethed"
    static let fetchBinary = LetheProcess.root + "/.build/release/lethe-fetch"

    /// A policy without a model: quick.
    static let words = """
        name: words
        version: 1
        rules:
          - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }
        """

    /// - Parameters:
    ///   - policy: the policy of every customer; the one of `LetheProcess`, with a model, by default.
    ///   - configuration: more lines of lethe.yaml.
    init(policy: String? = nil, configuration: String = "", inbox: String = "settle_seconds: 0") throws {
        lethe = try LetheProcess()
        folder = lethe.folder
        if let policy { try folder.write(policy, to: "policy.yaml") }
        try folder.write(
            """
            state: state
            socket: lethe.sock
            policies:
              - { customers: "*", policy: policy.yaml }
            inbox: { \(inbox) }
            audit: { key: checkpoint-key, create_key: true }
            \(configuration)
            """, to: "lethe.yaml")
        environment = lethe.environment
        environment["LETHE_CONFIG"] = folder.file("lethe.yaml")
        environment["LETHE_AUDIT_DB"] = folder.file("state/audit.sqlite")
        environment["LETHE_AUDIT_KEY"] = ""
    }

    deinit {
        daemon?.kill()
    }

    /// The path of the inbox, or of something in it.
    func inbox(_ path: String) -> String { folder.file("state/inbox/\(path)") }

    /// Starts the daemon and waits until it says that it is ready.
    func start(_ more: [String: String] = [:], through wrapper: [String] = []) throws {
        let notify = try NotifySocket()
        self.notify = notify
        var environment = environment
        environment["NOTIFY_SOCKET"] = notify.path
        environment.merge(more) { $1 }
        let command = wrapper + [DaemonFixture.binary]
        daemon = try RunningCommand(
            binary: command[0], arguments: Array(command.dropFirst()), environment: environment,
            directory: folder.path)
        do {
            try notify.wait(for: "READY=1")
        } catch {
            Issue.record("lethed is not ready: \(daemon?.errorsSoFar ?? "")")
            throw error
        }
    }

    /// Stops the daemon as systemd does, and returns its exit code.
    @discardableResult
    func stop() throws -> Int32 {
        daemon?.terminate()
        let outcome = try daemon?.finish()
        daemon = nil
        return outcome?.status ?? -1
    }

    /// Kills the daemon as a power cut does.
    func kill() throws {
        daemon?.kill()
        _ = try daemon?.finish()
        daemon = nil
    }

    /// Runs `lethe` with the fixture's configuration.
    @discardableResult
    func run(_ arguments: String...) throws -> LetheProcess.Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> LetheProcess.Outcome {
        try RunningCommand(
            binary: LetheProcess.binary, arguments: arguments, environment: environment, directory: folder.path
        ).finish()
    }

    /// Starts a command with the fixture's environment.
    func startCommand(_ binary: String, _ arguments: [String]) throws -> RunningCommand {
        try RunningCommand(binary: binary, arguments: arguments, environment: environment, directory: folder.path)
    }

    /// Drops a file into a customer's inbox as a careful writer does: under a hidden name, then renamed.
    func drop(_ contents: String, customer: String = "acme", name: String = "data.jsonl") throws {
        try makeInbox(customer)
        let hidden = inbox("\(customer)/.\(UUID().uuidString)")
        try Data(contents.utf8).write(to: URL(fileURLWithPath: hidden))
        try #require(rename(hidden, inbox("\(customer)/\(name)")) == 0)
    }

    func makeInbox(_ customer: String) throws {
        try FileManager.default.createDirectory(
            atPath: inbox(customer), withIntermediateDirectories: true)
    }

    /// Sends contents through `lethe submit`; their SHA-256.
    func submit(_ contents: String, customer: String = "acme", name: String = "data.jsonl") throws -> String {
        try folder.write(contents, to: name)
        let outcome = try run("submit", folder.file(name), "--customer", customer)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    /// Waits until the gate has a final answer.
    func gate(_ selector: String, customer: String? = nil, wait: String = "300s") throws -> LetheProcess.Outcome {
        try run(["gate", selector, "--wait", wait, "--json"] + (customer.map { ["--customer", $0] } ?? []))
    }

    /// Asks the control API.
    func api(_ method: HTTPRequest.Method, _ path: String, body: String = "") throws -> HTTPResponse {
        var request = HTTPRequest(method, "http://localhost" + path)
        request.unixSocketPath = folder.file("lethe.sock")
        request.allowedSchemes = [.http]
        request.body = Array(body.utf8)
        return try HTTPClient.send(request)
    }

    /// What `GET /metrics` answers.
    func metrics() throws -> String { String(decoding: try api(.get, "/metrics").body, as: UTF8.self) }

    /// Every dataset that the daemon tells of, newest first.
    func datasets() throws -> [[String: Any]] {
        let outcome = try run("dataset", "list", "--json", "--limit", "10000")
        return try outcome.json()["datasets"] as? [[String: Any]] ?? []
    }

    /// The audit log's records as a query finds them.
    func records(_ arguments: String...) throws -> [[String: Any]] {
        let outcome = try run(["audit", "list", "--all", "--json"] + arguments)
        return try outcome.json()["records"] as? [[String: Any]] ?? []
    }

    /// Waits until something holds, asked again and again; fails after five minutes.
    func eventually(_ what: String, _ condition: () throws -> Bool) throws {
        let start = ProcessInfo.processInfo.systemUptime
        while try !condition() {
            try #require(ProcessInfo.processInfo.systemUptime - start < 300, "\(what); \(daemon?.errorsSoFar ?? "")")
            sched_yield()
        }
    }

    /// Chat rows; those whose number is in `bad` hold a word that the policies forbid.
    static func rows(_ count: Int, bad: Set<Int> = [], ask: String = "sum") -> String {
        (1...count).map { number in
            let answer = bad.contains(number) ? "this is forbidden" : "four"
            return
                #"{"messages":[{"role":"user","content":"\#(ask) \#(number)?"},{"role":"assistant","content":"\#(answer)"}]}"#
                + "\n"
        }.joined()
    }
}
