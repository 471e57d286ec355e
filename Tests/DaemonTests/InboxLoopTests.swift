import Daemon
import Foundation
import Intake
import Moderation
import Registry
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

@Suite("Taking files out of the inbox")
struct InboxLoopTests {
    /// Runs the inbox's loop, a second between any two looks at the uptime, until a test is done with it.
    ///
    /// - Parameter body: called with the seconds that have passed; it ends the loop by `true`.
    private func run(_ bench: Bench, _ body: @escaping @Sendable (Double) throws -> Bool) throws {
        let daemon = bench.daemon
        let watcher = try InboxWatcher(root: bench.layout.inbox)
        let loop = try InboxLoop(daemon, watcher: watcher)
        try loop.recover()
        let time = bench.time
        let failure = Mutex<(any Error)?>(nil)
        let looks = Mutex(0)
        time.onUptime { now in
            let isLate = looks.withLock {
                $0 += 1; return $0 > 5000
            }
            do {
                if try body(now) || isLate { daemon.stop() }
            } catch {
                failure.withLock { $0 = error }
                daemon.stop()
            }
            time.pass(1)
            // No wait is ever waited out.
            watcher.wake()
        }
        loop.run()
        time.onUptime(nil)
        if let error = failure.withLock({ $0 }) { throw error }
        #expect(looks.withLock { $0 } <= 5000, "the loop did not come to its end")
    }

    /// Runs the loop until a message was logged.
    private func run(_ bench: Bench, until message: String, count: Int = 1) throws {
        let log = bench.log
        try run(bench) { _ in log.all.count { $0.hasPrefix(message) } >= count }
    }

    private func only(_ bench: Bench) throws -> DatasetEntry {
        let entries = try bench.reader.entries()
        #expect(entries.count == 1)
        return try #require(entries.first)
    }

    @Test("A file that was left alone long enough becomes a dataset")
    func claimed() throws {
        let bench = try Bench("inbox: { settle_seconds: 100 }")
        let path = try bench.drop(Bench.rows, "acme/sub/rows.jsonl")
        try run(bench, until: "dataset claimed")
        let entry = try only(bench)
        #expect(entry.state == .claimed && entry.customer == "acme" && entry.name == "sub/rows.jsonl")
        #expect(entry.sha256 == sha256(of: Array(Bench.rows.utf8)) && entry.bytes == Bench.rows.utf8.count)
        #expect(try !bench.exists(path))
        let original = try bench.daemon.vault.requireOriginal(entry.id)
        #expect(try InputFile.contents(of: original) == Array(Bench.rows.utf8))
        #expect(try bench.events().suffix(2) == ["dataset.received", "dataset.claimed"])
    }

    @Test("A file is not taken before its time of rest is over, and the time begins anew when it grows")
    func settles() throws {
        let bench = try Bench("inbox: { settle_seconds: 100 }")
        let path = try bench.drop()
        // Its time of modification lies in the clock's future: only the time for which it was seen counts.
        let log = bench.log
        let growth = Mutex(0.0)
        try run(bench) { now in
            let isClaimed = log.all.contains { $0.hasPrefix("dataset claimed") }
            if now >= 60, growth.withLock({ $0 }) == 0 {
                #expect(!isClaimed)
                let handle = try #require(FileHandle(forWritingAtPath: path))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(("\n" + Bench.row("four")).utf8))
                try handle.close()
                growth.withLock { $0 = now }
            }
            let grown = growth.withLock { $0 }
            if grown == 0 || now < grown + 100 { #expect(!isClaimed) }
            return isClaimed
        }
        #expect(try only(bench).bytes == Bench.rows.utf8.count + 1 + Bench.row("four").utf8.count)
    }

    @Test("A file with an open writer waits, however old it is")
    func writer() throws {
        let bench = try Bench("inbox: { settle_seconds: 0 }")
        let path = try bench.drop()
        let writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        let isOpen = Mutex(true)
        let log = bench.log
        try run(bench) { now in
            let isClaimed = log.all.contains { $0.hasPrefix("dataset claimed") }
            if isOpen.withLock({ $0 }) {
                #expect(!isClaimed)
                if now > 50 {
                    isOpen.withLock { $0 = false }
                    close(writer)
                }
            }
            return isClaimed
        }
        #expect(try only(bench).state == .claimed)
    }

    @Test("A file that was moved here is finished, whatever its age")
    func moved() throws {
        let bench = try Bench("inbox: { settle_seconds: 3600 }")
        try Folder.create(bench.layout.inbox + "/acme")
        let outside = try bench.folder.write(Bench.rows, to: "outside")
        let target = bench.layout.inbox + "/acme/rows.jsonl"
        let isMoved = Mutex(false)
        let log = bench.log
        try run(bench) { now in
            if now > 5, !isMoved.withLock({ $0 }) {
                isMoved.withLock { $0 = true }
                try Folder.move(outside, to: target)
            }
            #expect(now < 3000)
            return log.all.contains { $0.hasPrefix("dataset claimed") }
        }
    }

    @Test(
        "What cannot be taken is refused once, recorded, and left where it is",
        arguments: ["too-large", "symbolic-link", "not-a-regular-file", "no-customer", "bad-customer-name"])
    func refused(_ code: String) throws {
        let bench = try Bench("inbox: { settle_seconds: 10, maximum_bytes: 100, rescan_seconds: 20 }")
        var path = bench.layout.inbox + "/acme/rows.jsonl"
        try Folder.create(bench.layout.inbox + "/acme")
        switch code {
        case "too-large": try bench.drop(String(repeating: "x", count: 101))
        case "symbolic-link": #expect(symlink("/etc/passwd", path) == 0)
        case "not-a-regular-file": #expect(mkfifo(path, 0o600) == 0)
        case "no-customer": path = try bench.drop("x", "rows.jsonl")
        default: path = try bench.drop("x", "a b/rows.jsonl")
        }
        // Over many looks at the whole inbox.
        try run(bench) { $0 > 300 }
        #expect(bench.log.all.filter { $0.hasPrefix("file refused") } == ["file refused code=\(code)"])
        #expect(try bench.events().count { $0 == "file.refused" } == 1)
        #expect(try bench.exists(path))
        #expect(try bench.reader.entries().isEmpty)
        // Neither does another daemon record it again.
        try bench.restart()
        try run(bench) { $0 > 600 }
        #expect(try bench.events().count { $0 == "file.refused" } == 1)
    }

    @Test("A file that another process exchanges for a folder or takes away meanwhile is no dataset")
    func gone() throws {
        let bench = try Bench("inbox: { settle_seconds: 0 }")
        let id = try bench.receive(moves: false)
        try Folder.remove(bench.layout.inbox + "/acme/rows.jsonl")
        try run(bench) { $0 > 20 }
        #expect(try bench.entry(id).state == .withdrawn)
        #expect(try bench.events().last == "dataset.withdrawn")
    }

    @Test("A file that changes while it is hashed is hashed again, until it is still")
    func changing() throws {
        let bench = try Bench("inbox: { settle_seconds: 0 }")
        let path = try bench.drop()
        // Large, though sparse: hashing it takes long enough for somebody else to get a turn.
        #expect(truncate(path, 256 << 20) == 0)
        let other = bench.folder.file("other-name")
        #expect(link(path, other) == 0)
        let isChanging = Mutex(true)
        let (begun, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            // Another time of modification is another file, as far as can be told.
            while isChanging.withLock({ $0 }) {
                utimes(other, nil)
                begun.signal()
            }
            ended.signal()
        }
        begun.wait()
        let log = bench.log
        try run(bench) { now in
            let isClaimed = log.all.contains { $0.hasPrefix("dataset claimed") }
            if isChanging.withLock({ $0 }) {
                #expect(!isClaimed)
                if now > 30 {
                    isChanging.withLock { $0 = false }
                    ended.wait()
                }
            }
            return isClaimed
        }
        #expect(try only(bench).state == .claimed)
        #expect(try bench.events().suffix(2) == ["dataset.received", "dataset.claimed"])
    }

    @Test("A claim whose record fails is recorded as soon as that works again")
    func recordFails() throws {
        let bench = try Bench("inbox: { settle_seconds: 0 }")
        try bench.drop()
        let head = bench.layout.auditDatabase + ".head"
        let claims = bench.layout.claims
        let kept = Mutex<[UInt8]?>(nil)
        let isMended = Mutex(false)
        bench.time.onNow {
            // The first transaction after the move is the claim's: it finds a head file that names no record.
            guard kept.withLock({ $0 }) == nil, (try? Folder.names(claims))?.isEmpty == false else { return }
            kept.withLock { $0 = try? InputFile.contents(of: head) }
            try? AtomicFile.write(Array("{}".utf8), to: head)
        }
        let log = bench.log
        try run(bench) { now in
            let isClaimed = log.all.contains { $0.hasPrefix("dataset claimed") }
            if !isMended.withLock({ $0 }) {
                #expect(!isClaimed)
                if let bytes = kept.withLock({ $0 }), now > 50 {
                    try AtomicFile.write(bytes, to: head)
                    isMended.withLock { $0 = true }
                }
            }
            return isClaimed
        }
        #expect(try only(bench).state == .claimed)
        #expect(bench.log.all.contains { $0.hasPrefix("a file cannot be claimed") })
        #expect(bench.daemon.problems["claims"] == nil)
    }

    @Test("A refusal whose record fails is recorded as soon as that works again")
    func refusalFails() throws {
        let bench = try Bench("inbox: { rescan_seconds: 20 }")
        try bench.drop("x", "rows.jsonl")
        let head = bench.layout.auditDatabase + ".head"
        try bench.daemon.recordStart()
        let kept = try InputFile.contents(of: head)
        try AtomicFile.write(Array("{}".utf8), to: head)
        let log = bench.log
        try run(bench) { now in
            if now > 50 { try AtomicFile.write(kept, to: head) }
            return log.all.contains { $0.hasPrefix("file refused") }
        }
        #expect(try bench.events().last == "file.refused")
    }
}
