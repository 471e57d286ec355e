import Foundation
import Intake
import Storage
import TestSupport
import Testing

@Suite("What inotify tells")
struct InboxWatcherTests {
    private let folder: TemporaryFolder
    private let root: String
    private let watcher: InboxWatcher

    init() throws {
        folder = try TemporaryFolder()
        root = folder.file("inbox")
        try Folder.create(root + "/acme")
        watcher = try InboxWatcher(root: root)
        watcher.watch([root, root + "/acme"])
    }

    /// Events that have come already; it does not wait for any.
    private func events() -> [InboxWatcher.Event] { watcher.wait(seconds: 0) }

    /// Writes a file as a customer does, and closes it.
    private func write(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        close(descriptor)
    }

    @Test("A file whose permissions change")
    func permissions() throws {
        write(root + "/acme/rows.jsonl")
        _ = events()
        #expect(chmod(root + "/acme/rows.jsonl", 0o640) == 0)
        #expect(events() == [.closed(root + "/acme/rows.jsonl")])
    }

    @Test("A file that is closed after writing, and one that is moved here")
    func files() throws {
        #expect(watcher.failure == nil && watcher.watchCount == 2)
        write(root + "/acme/rows.jsonl")
        #expect(Set(events()) == [.closed(root + "/acme/rows.jsonl")])
        #expect(events().isEmpty)
        try folder.write("x", to: "outside")
        #expect(rename(folder.file("outside"), root + "/acme/moved.jsonl") == 0)
        #expect(events() == [.moved(root + "/acme/moved.jsonl")])
    }

    @Test("What no writer ever closes is told of when it is made")
    func links() throws {
        #expect(symlink("/etc/passwd", root + "/acme/link") == 0)
        #expect(mkfifo(root + "/acme/fifo", 0o600) == 0)
        try folder.write("x", to: "outside")
        #expect(link(folder.file("outside"), root + "/acme/hard") == 0)
        #expect(events() == ["link", "fifo", "hard"].map { .closed(root + "/acme/" + $0) })
    }

    @Test("A folder that comes, or is moved here, asks for a look at everything")
    func folders() throws {
        try Folder.create(root + "/bulk")
        #expect(Set(events()) == [.rescan("a folder came")])
        try Folder.create(folder.file("outside"))
        try folder.write("x", to: "outside/rows.jsonl")
        try Folder.move(folder.file("outside"), to: root + "/cove")
        #expect(Set(events()) == [.rescan("a folder came")])
        watcher.watch([root + "/bulk", root + "/cove"])
        #expect(watcher.watchCount == 4)
        write(root + "/cove/rows.jsonl")
        #expect(Set(events()) == [.closed(root + "/cove/rows.jsonl")])
    }

    @Test("A folder that goes or is moved away asks for a look, and is watched no more")
    func gone() throws {
        try Folder.remove(root + "/acme")
        #expect(events().contains(.rescan("a folder was moved, removed or unmounted")))
        _ = events()
        #expect(watcher.watchCount == 1)
        try Folder.create(root + "/bulk")
        watcher.watch([root + "/bulk"])
        _ = events()
        try Folder.move(root + "/bulk", to: folder.file("away"))
        #expect(events().contains(.rescan("a folder was moved, removed or unmounted")))
        write(folder.file("away/rows.jsonl"))
        #expect(!events().contains(.closed(root + "/bulk/rows.jsonl")))
    }

    @Test("An inbox that goes is told of as no longer watched")
    func rootGone() throws {
        try Folder.remove(root)
        let all = events() + events()
        #expect(all.contains(.rescan("the inbox is no longer watched")))
        #expect(watcher.watchCount == 0)
        watcher.watch([root])
        #expect(watcher.failure != nil)
        try Folder.create(root)
        watcher.watch([root])
        #expect(watcher.failure == nil)
    }

    @Test("A folder that vanished before it was watched is no failure")
    func vanished() {
        watcher.watch([root, root + "/acme", root + "/nowhere"])
        #expect(watcher.failure == nil && watcher.watchCount == 2)
    }

    @Test("Watching a folder twice tells of each event once")
    func twice() throws {
        watcher.watch([root, root + "/acme"])
        #expect(watcher.watchCount == 2)
        try folder.write("x", to: "outside")
        #expect(rename(folder.file("outside"), root + "/acme/rows.jsonl") == 0)
        #expect(events() == [.moved(root + "/acme/rows.jsonl")])
    }

    @Test("Waking ends a wait at once, before it or during it, and only one")
    func wake() {
        for _ in 0..<100_000 { watcher.wake() }
        // An hour, if it does not work.
        #expect(watcher.wait(seconds: 3600).isEmpty)
        #expect(watcher.wait(seconds: 0).isEmpty)
        let watcher = watcher
        Thread.detachNewThread { watcher.wake() }
        #expect(watcher.wait(seconds: 3600).isEmpty)
    }

    @Test("More events than the kernel keeps ask for a look at everything")
    func overflow() throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let count = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
        let names = ["a", "b"].map { root + "/acme/" + $0 }
        write(names[0])
        // Two names by turns: equal events in a row are one.
        for turn in 0...min(count, 65_536) { #expect(rename(names[turn % 2], names[(turn + 1) % 2]) == 0) }
        let all = events()
        #expect(all.contains(.rescan("events were lost")) == (count <= 65_536))
    }
}
