import AuditLog
import Daemon
import Foundation
import GRDB
import Gate
import Intake
import Logging
import Moderation
import Registry
import Reports
import ServiceConfiguration
import Storage
import Synchronization
import TestSupport
import Vault

/// Time that tests set: dates and uptime move together.
final class FakeClock: Sendable {
    private let seconds = Mutex(0.0)
    private let hook = Mutex<(@Sendable (Double) -> Void)?>(nil)

    private let dateHook = Mutex<(@Sendable () -> Void)?>(nil)

    static let start = Date(timeIntervalSince1970: 1_772_352_900)

    /// Lets time pass.
    func pass(_ more: Double) { seconds.withLock { $0 += more } }

    /// Called at each look at the uptime, with it.
    func onUptime(_ body: (@Sendable (Double) -> Void)?) { hook.withLock { $0 = body } }

    /// Called at each look at the date.
    func onNow(_ body: (@Sendable () -> Void)?) { dateHook.withLock { $0 = body } }

    var clock: Daemon.Clock {
        Daemon.Clock(
            now: { [self] in
                dateHook.withLock { $0 }?()
                return FakeClock.start + seconds.withLock { $0 }
            },
            uptime: { [self] in
                let now = seconds.withLock { $0 }
                hook.withLock { $0 }?(now)
                return now
            })
    }
}

/// A state folder with its configuration, on which one daemon after another is opened.
final class Bench {
    let folder: TemporaryFolder
    let time = FakeClock()
    let log = LogRecorder()
    private(set) var daemon: Daemon
    private var isOpen = true

    /// A row that nothing objects to.
    static func row(_ text: String) -> String {
        #"{"messages":[{"role":"user","content":"say \#(text)"},{"role":"assistant","content":"\#(text)"}]}"#
    }

    /// Three rows, of which the second holds the word that the policy quarantines.
    static let rows = row("one") + "\n" + row("forbidden") + "\r\n" + row("three")

    init(_ lines: String..., word: String = "forbidden") throws {
        folder = try TemporaryFolder()
        try Bench.write(policy: "policy", word: word, in: folder)
        try Bench.write(configuration: lines, in: folder)
        daemon = try Bench.open(folder, time, log)
    }

    /// Writes a policy that quarantines a word.
    static func write(policy name: String, word: String, dataset: String = "", in folder: TemporaryFolder) throws {
        try folder.write(
            """
            name: \(name)
            version: "1"
            \(dataset)
            rules:
              - { id: words, type: pattern, action: quarantine, patterns: [ { word: \(word) } ] }
            """, to: name + ".yaml")
    }

    static func write(configuration lines: [String], in folder: TemporaryFolder) throws {
        let base = [
            "state: state", "socket: lethe.sock", "policies: [ { customers: \"*\", policy: policy.yaml } ]",
            "audit: { key: key, create_key: true }",
        ]
        let keys = Set(lines.map { $0.prefix { $0 != ":" } })
        let kept = base.filter { line in !keys.contains(line.prefix { $0 != ":" }) }
        try folder.write((kept + lines).joined(separator: "\n"), to: "lethe.yaml")
    }

    private static func open(_ folder: TemporaryFolder, _ time: FakeClock, _ log: LogRecorder) throws -> Daemon {
        try Daemon.open(
            ServiceConfigurationLoader.load(folder.file("lethe.yaml")), environment: [:], logger: log.logger,
            clock: time.clock)
    }

    /// Ends the daemon as a request does, and starts another.
    func stopAndStart() throws {
        daemon.recordStop()
        isOpen = false
        try restart()
    }

    /// Ends the daemon as a crash does, and starts another.
    func restart() throws {
        if isOpen { try? daemon.registry.audit.close() }
        isOpen = false
        daemon = try Bench.open(folder, time, log)
        isOpen = true
    }

    /// Starts another daemon, which makes good what the one before left.
    func recover() throws {
        try restart()
        try daemon.recover()
    }

    var reader: RegistryReader { daemon.registry.reader }
    var layout: VaultLayout { daemon.vault.layout }

    /// Puts a file into the inbox.
    @discardableResult
    func drop(_ contents: String = Bench.rows, _ name: String = "acme/rows.jsonl") throws -> String {
        let path = layout.inbox + "/" + name
        try Folder.create((path as NSString).deletingLastPathComponent)
        try AtomicFile.write(Array(contents.utf8), to: path)
        return path
    }

    /// Claims a file as the inbox's loop does.
    func claim(
        _ contents: String = Bench.rows, customer: String = "acme", name: String = "rows.jsonl"
    ) throws -> DatasetID {
        let id = try receive(contents, customer: customer, name: name)
        try daemon.registry.claim(
            id, sha256: sha256(of: Array(contents.utf8)), bytes: contents.utf8.count)
        return id
    }

    /// Takes a file out of the inbox, and gets no further.
    func receive(
        _ contents: String = Bench.rows, customer: String = "acme", name: String = "rows.jsonl", moves: Bool = true
    ) throws -> DatasetID {
        let path = try drop(contents, customer + "/" + name)
        guard let status = try FileStatus.of(path) else { throw CancellationError() }
        var random = SystemRandomNumberGenerator()
        time.pass(0.01)
        let id = DatasetID(
            milliseconds: UInt64(time.clock.now().timeIntervalSince1970 * 1000), using: &random)
        try daemon.registry.receive(
            id, customer: customer, name: name, device: status.device, inode: status.inode, bytes: status.bytes)
        if moves { try daemon.vault.claim(path, id: id, customer: customer) }
        return id
    }

    /// Judges until so many datasets have a verdict or were put off; then the daemon is another one.
    func judge(_ count: Int = 1, restarts: Bool = true) throws {
        let daemon = daemon
        let rest = Mutex(count)
        log.onMessage { message in
            guard ["dataset judged", "dataset deferred"].contains(message) else { return }
            if rest.withLock({
                $0 -= 1; return $0 == 0
            }) {
                daemon.stop()
            }
        }
        JudgingLoop(daemon).run()
        log.onMessage(nil)
        if restarts { try restart() }
    }

    /// Claims and judges a file.
    func submit(
        _ contents: String = Bench.rows, customer: String = "acme", name: String = "rows.jsonl"
    ) throws -> DatasetID {
        let id = try claim(contents, customer: customer, name: name)
        try judge()
        return id
    }

    /// Takes back the note that a dataset's files are in the vault.
    func unpublish(_ id: DatasetID) throws {
        try daemon.registry.audit.pool.write {
            try $0.execute(sql: "UPDATE dataset SET is_published = 0 WHERE id = ?", arguments: [id.description])
        }
    }

    func entry(_ id: DatasetID) throws -> DatasetEntry {
        guard let entry = try reader.entry(id) else { throw CancellationError() }
        return entry
    }

    /// The cleared file; `nil` if there is none.
    func cleared(_ id: DatasetID, customer: String = "acme") throws -> String? {
        let path = layout.clearedFolder(id, customer: customer) + "/data.jsonl"
        guard try FileStatus.of(path) != nil else { return nil }
        return String(decoding: try InputFile.contents(of: path), as: UTF8.self)
    }

    /// What `lethe gate` would say.
    func gate(_ id: DatasetID) throws -> Gate.Answer { try Gate(layout).answer(id) }

    func exists(_ path: String) throws -> Bool { try FileStatus.of(path) != nil }

    func events() throws -> [String] {
        try daemon.registry.audit.reader.records(matching: AuditQuery()).map(\.event)
    }
}
