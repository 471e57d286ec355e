import AuditLog
import Daemon
import Foundation
import Gate
import Intake
import Moderation
import Registry
import Reports
import Storage
import TestSupport
import Testing
import Vault

@Suite("What a crash leaves is made good")
struct RecoveryTests {
    private static let first = Bench.row("one") + "\n"
    private static let third = Bench.row("three")

    /// Looks at the inbox as the daemon's start does.
    private func recoverInbox(_ bench: Bench) throws {
        try bench.recover()
        try InboxLoop(bench.daemon, watcher: InboxWatcher(root: bench.layout.inbox)).recover()
    }

    @Test("A file that was recorded and not moved is still the inbox's; one that went is withdrawn")
    func received() throws {
        let bench = try Bench()
        let stays = try bench.receive(name: "stays.jsonl", moves: false)
        let gone = try bench.receive(name: "gone.jsonl", moves: false)
        let exchanged = try bench.receive(name: "exchanged.jsonl", moves: false)
        try Folder.remove(bench.layout.inbox + "/acme/gone.jsonl")
        // Another file under the same name, while the first one still has its inode.
        try Folder.move(bench.layout.inbox + "/acme/exchanged.jsonl", to: bench.folder.file("kept"))
        try bench.drop("x", "acme/exchanged.jsonl")
        try recoverInbox(bench)
        #expect(try bench.entry(stays).state == .received)
        #expect(try bench.entry(gone).state == .withdrawn)
        #expect(try bench.entry(exchanged).state == .withdrawn)
    }

    @Test("A file that was moved and not hashed is hashed")
    func moved() throws {
        let bench = try Bench()
        let id = try bench.receive()
        for _ in 0..<2 { try recoverInbox(bench) }
        #expect(try bench.entry(id).state == .claimed)
        #expect(try bench.entry(id).sha256 == sha256(of: Array(Bench.rows.utf8)))
        #expect(try bench.events().count { $0 == "dataset.claimed" } == 1)
    }

    @Test("A claim that the database does not know, as after a restore, is taken up again")
    func unknownClaim() throws {
        let bench = try Bench()
        var random = SplitMix(state: 1)
        let id = DatasetID(milliseconds: 1_772_352_900_000, using: &random)
        try bench.daemon.vault.claim(bench.drop(), id: id, customer: "acme")
        try recoverInbox(bench)
        let entry = try bench.entry(id)
        #expect(entry.state == .claimed && entry.customer == "acme" && entry.name == "rows.jsonl")
        try bench.judge()
        #expect(try bench.gate(id).name == "open")
    }

    /// Where a judgement was cut off.
    enum Point: CaseIterable {
        case claimed
        case parsed
        case scored
        case scoredWithoutReport
        case scoredUnderAnotherPolicy
        case deferred
    }

    @Test("A judgement goes on from wherever it was cut off", arguments: Point.allCases)
    func judgement(_ point: Point) throws {
        let bench = try Bench()
        let id = try bench.claim()
        let registry = bench.daemon.registry
        let work = bench.layout.workFolder(id)
        try Folder.create(work)
        if point != .claimed {
            try registry.parse(id, rows: 3, malformed: 0, basis: "another", policy: "policy")
        }
        switch point {
        case .claimed, .parsed: break
        case .scored, .scoredWithoutReport, .scoredUnderAnotherPolicy:
            try AtomicFile.write(Array("{}".utf8), to: work + "/report.json")
            try registry.score(id, report: sha256(of: Array("{}".utf8)))
            if point == .scoredWithoutReport { try Folder.remove(work) }
        case .deferred:
            try registry.defer(
                id, code: "internal", reason: "a test", retryAt: AuditTime(bench.time.clock.now()))
        }
        try bench.recover()
        try bench.judge()
        #expect(try bench.entry(id).state == .decided)
        #expect(try bench.cleared(id) == Self.first + Self.third)
        #expect(try bench.gate(id).name == "open")
        #expect(try bench.events().count { $0 == "dataset.judged" } == 1)
        #expect(try bench.events().count { $0 == "dataset.deferred" } == (point == .deferred ? 1 : 0))
    }

    @Test("A file that is no dataset, cut off before its verdict was recorded, is recorded as read and scored once")
    func unusable() throws {
        let bench = try Bench()
        let id = try bench.submit("nothing\n")
        let layout = bench.layout
        let report = try InputFile.contents(of: layout.report(id))
        let basis = try #require(try bench.entry(id).basis)
        // The same file again, with what the first one's judgement had written when the daemon was killed.
        let second = try bench.claim("nothing\n", customer: "beta", name: "again.jsonl")
        try Folder.create(layout.workFolder(second))
        try bench.daemon.registry.parse(second, rows: 0, malformed: 0, basis: basis, policy: "policy")
        try AtomicFile.write(report, to: layout.workFolder(second) + "/report.json")
        try bench.daemon.registry.score(second, report: sha256(of: report))
        try bench.recover()
        try bench.judge()
        #expect(try bench.entry(second).verdict == .rejected)
        #expect(try bench.events().count { $0 == "dataset.parsed" } == 2)
        #expect(try bench.events().count { $0 == "dataset.scored" } == 2)
    }

    /// Where a publication was cut off, after its verdict was recorded.
    enum Step: CaseIterable {
        case nothingMoved
        case dataMoved
        case allMoved
        case settled
        case publishedAndNotSettled
    }

    @Test("A recorded verdict is published at the next start", arguments: Step.allCases)
    func publication(_ step: Step) throws {
        let bench = try Bench("retention: { originals: never }")
        let id = try bench.submit()
        let layout = bench.layout
        let output = layout.workFolder(id) + "/output"
        // Back to where the verdict was recorded and nothing else was done.
        let manifest = try bench.daemon.vault.manifest(id, customer: "acme")
        try Folder.create(output)
        if step != .settled {
            try Folder.create("\(layout.claims)/\(id)/acme")
            try AtomicFile.write(Array(Bench.rows.utf8), to: "\(layout.claims)/\(id)/acme/rows.jsonl")
        }
        if step == .nothingMoved {
            try Folder.move(layout.clearedFolder(id, customer: "acme") + "/data.jsonl", to: output + "/data.jsonl")
        }
        if step == .nothingMoved || step == .dataMoved {
            try Folder.remove(layout.clearedFolder(id, customer: "acme") + "/manifest.json")
            for name in ["rows.dat", "quarantine.jsonl"] {
                try Folder.move(layout.quarantineFolder(id) + "/" + name, to: output + "/" + name)
            }
            try Folder.move(layout.report(id), to: output + "/report.json")
        }
        if step == .publishedAndNotSettled {
            // Settling cannot end: the verdict must not count as published then.
            try bench.unpublish(id)
            let blocked = layout.quarantineFolder(id) + "/quarantine.jsonl"
            let index = try InputFile.contents(of: blocked)
            try Folder.remove(blocked)
            #expect(throws: (any Error).self) { try bench.daemon.recover() }
            #expect(try !bench.entry(id).isPublished)
            try AtomicFile.write(index, to: blocked)
        } else {
            try bench.unpublish(id)
        }
        if step != .publishedAndNotSettled, step != .allMoved, step != .settled {
            #expect(try bench.gate(id).exitCode == (step == .nothingMoved ? 6 : 0))
        }
        for _ in 0..<2 { try bench.recover() }
        #expect(try bench.entry(id).isPublished)
        #expect(try bench.gate(id).name == "open")
        #expect(try bench.daemon.vault.manifest(id, customer: "acme").output == manifest.output)
        #expect(try bench.daemon.vault.quarantinedRows(id).map(\.line) == [2])
        #expect(try bench.daemon.reportBytes(id) != nil)
        #expect(try bench.daemon.vault.original(id) == nil)
        #expect(try Folder.names(layout.work).isEmpty && Folder.names(layout.claims).isEmpty)
        #expect(try bench.events().count { $0 == "dataset.judged" } == 1)
    }

    @Test("A decision before the publication does not keep the cleared file from it")
    func decidedBeforePublication() throws {
        let bench = try Bench()
        let id = try bench.submit()
        try bench.unpublish(id)
        for state in [QuarantinedRow.State.confirmed, .open] {
            try bench.daemon.decide(id, lines: [2], state: state, actor: "anna", reason: "seen")
        }
        try bench.recover()
        #expect(try bench.cleared(id) == Self.first + Self.third)
        #expect(try bench.gate(id).name == "open")
    }

    @Test("A decision that was recorded gets its file; one that was not is forgotten", arguments: [true, false])
    func decision(_ isRecorded: Bool) throws {
        let bench = try Bench()
        let id = try bench.submit()
        let before = try #require(try bench.cleared(id))
        let hash = try bench.daemon.vault.manifest(id, customer: "acme").output.sha256
        let file = try bench.daemon.vault.stageRecut(
            id, customer: "acme", recorded: hash, present: [], wanted: [2])
        if isRecorded {
            try bench.daemon.registry.decide(
                Registry.RowDecision(
                    dataset: id, lines: [2], state: .released, actor: "anna", reason: "seen",
                    clearedSHA256: file.sha256))
            #expect(try bench.gate(id).exitCode == 7)
        }
        for _ in 0..<2 { try bench.recover() }
        #expect(try bench.cleared(id) == (isRecorded ? Bench.rows : before))
        #expect(try bench.gate(id).name == "open")
        #expect(try bench.daemon.vault.manifest(id, customer: "acme").released == (isRecorded ? [2] : []))
        #expect(try Folder.names(bench.layout.work).isEmpty)
    }

    @Test("A decision that was recorded gets its file before the next one is made")
    func decisionThenAnother() throws {
        let bench = try Bench()
        let rows = [Bench.row("one"), Bench.row("forbidden 2"), Bench.row("forbidden 3"), Bench.row("four")].map {
            $0 + "\n"
        }
        let id = try bench.submit(rows.joined())
        let hash = try bench.daemon.vault.manifest(id, customer: "acme").output.sha256
        let file = try bench.daemon.vault.stageRecut(
            id, customer: "acme", recorded: hash, present: [], wanted: [2])
        try bench.daemon.registry.decide(
            Registry.RowDecision(
                dataset: id, lines: [2], state: .released, actor: "anna", reason: "seen", clearedSHA256: file.sha256))
        try bench.daemon.decide(id, lines: [3], state: .released, actor: "anna", reason: "seen")
        #expect(try bench.cleared(id) == rows.joined())
        #expect(try bench.gate(id).name == "open")
    }

    @Test("Work of datasets that have their verdict is removed, that of others is kept")
    func work() throws {
        let bench = try Bench()
        let decided = try bench.submit()
        let waiting = try bench.claim(name: "other.jsonl")
        for id in [decided, waiting] { try Folder.create(bench.layout.workFolder(id)) }
        try Folder.create(bench.layout.work + "/something else")
        try bench.recover()
        #expect(try Folder.names(bench.layout.work) == [waiting.description, "something else"])
    }

    @Test("A second daemon on the same folder is refused while the first lives")
    func lock() throws {
        let folder = try TemporaryFolder()
        var first: StateLock? = try StateLock(folder.path)
        #expect { _ = try StateLock(folder.path) } throws: { ($0 as? DaemonError)?.code == .alreadyRunning }
        #expect(first != nil)
        first = nil
        _ = try StateLock(folder.path)
    }
}
