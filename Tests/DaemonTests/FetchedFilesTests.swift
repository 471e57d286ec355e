import Daemon
import FetchSpool
import Foundation
import Intake
import Moderation
import Registry
import Storage
import TestSupport
import Testing
import Vault

@Suite("Taking over fetched files")
struct FetchedFilesTests {
    private let spool: FetchSpool
    private let bench: Bench
    private let id = DatasetID("01ARZ3NDEKTSV4RRFFQ69G5FAV")

    init() throws {
        bench = try Bench("inbox: { settle_seconds: 100, maximum_bytes: 10000 }")
        spool = FetchSpool(root: bench.layout.fetched)
        try spool.createFolders()
    }

    private func receipt(error: String? = nil, source: String? = "nightly") throws -> FetchReceipt {
        FetchReceipt(
            id: try #require(id), source: source, customer: "acme", name: "set.jsonl", host: "data.example",
            sha256: error == nil ? sha256(of: Array(Bench.rows.utf8)) : nil, bytes: Bench.rows.utf8.count, attempts: 2,
            time: FakeClock.start, error: error)
    }

    /// Runs the inbox's loop until it logs a message.
    private func run(until message: String) throws {
        let watcher = try InboxWatcher(root: bench.layout.inbox)
        let loop = try InboxLoop(bench.daemon, watcher: watcher)
        try loop.recover()
        let (time, log, daemon) = (bench.time, bench.log, bench.daemon)
        time.onUptime { now in
            if log.all.contains(where: { $0.hasPrefix(message) }) || now > 5000 { daemon.stop() }
            time.pass(1)
            watcher.wake()
        }
        loop.run()
        time.onUptime(nil)
        #expect(log.all.contains { $0.hasPrefix(message) })
    }

    @Test("A whole file becomes a dataset at once, with a record of where it came from")
    func taken() throws {
        let part = "\(spool.parts)/x.part"
        try Data(Bench.rows.utf8).write(to: URL(fileURLWithPath: part))
        try spool.finish(receipt(), file: part)
        try run(until: "dataset claimed")
        let entry = try #require(try bench.reader.entries().first)
        #expect(entry.state == .claimed && entry.customer == "acme" && entry.name == "set.jsonl")
        #expect(entry.sha256 == sha256(of: Array(Bench.rows.utf8)))
        #expect(try bench.events().suffix(3) == ["dataset.received", "dataset.fetched", "dataset.claimed"])
        #expect(try Folder.names(spool.ready).isEmpty)
    }

    @Test("A transfer that was given up is recorded, and makes no dataset")
    func failed() throws {
        try spool.finish(receipt(error: "http-404"), file: nil)
        try run(until: "a dataset was not fetched")
        #expect(try bench.reader.entries().isEmpty)
        #expect(try bench.events().last == "fetch.failed")
        #expect(try Folder.names(spool.ready).isEmpty)
    }

    @Test("A receipt whose file was taken before a crash is removed")
    func repeated() throws {
        let part = "\(spool.parts)/x.part"
        try Data(Bench.rows.utf8).write(to: URL(fileURLWithPath: part))
        try spool.finish(receipt(), file: part)
        try run(until: "dataset claimed")
        try bench.restart()
        try spool.finish(receipt(), file: nil)
        // Something else, to see that the loop has been there.
        _ = try bench.drop(Bench.row("other"), "beta/rows.jsonl")
        try run(until: "dataset claimed bytes=\(Bench.row("other").utf8.count)")
        #expect(try bench.reader.entries().count == 2)
        #expect(try Folder.names(spool.ready).isEmpty)
    }

    @Test("A link in place of a folder leads nowhere", arguments: ["ready", "ready/01ARZ3NDEKTSV4RRFFQ69G5FAV"])
    func links(place: String) throws {
        let elsewhere = bench.folder.file("elsewhere")
        try Folder.create("\(elsewhere)/01ARZ3NDEKTSV4RRFFQ69G5FAV")
        let secret = place == "ready" ? "01ARZ3NDEKTSV4RRFFQ69G5FAV/set.jsonl" : "set.jsonl"
        try bench.folder.write(Array(Bench.rows.utf8), to: "elsewhere/" + secret)
        try spool.finish(receipt(), file: nil)
        if place == "ready" {
            try Folder.move(
                "\(spool.ready)/01ARZ3NDEKTSV4RRFFQ69G5FAV.json", to: elsewhere + "/01ARZ3NDEKTSV4RRFFQ69G5FAV.json")
            try Folder.remove(spool.ready)
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(spool.root)/\(place)", withDestinationPath: elsewhere)
        try run(until: "a file cannot be claimed")
        #expect(try bench.reader.entries().isEmpty)
        #expect(try FileStatus.of("\(elsewhere)/\(secret)")?.kind == .regular)
    }

    @Test("A receipt that cannot be read does not keep the daemon from starting")
    func unreadable() throws {
        let path = try bench.drop()
        let status = try #require(try FileStatus.of(path))
        let entry = try #require(id)
        try bench.daemon.registry.receive(
            entry, customer: "acme", name: "other.jsonl", device: status.device, inode: status.inode, bytes: 1)
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(spool.ready)/\(entry).json"))
        try run(until: "dataset claimed")
    }

    @Test("A file over the inbox's limit is refused, and stays")
    func tooLarge() throws {
        let part = "\(spool.parts)/x.part"
        try Data(count: 10_001).write(to: URL(fileURLWithPath: part))
        try spool.finish(receipt(), file: part)
        try run(until: "file refused")
        #expect(try bench.reader.entries().isEmpty)
        #expect(try bench.events().last == "file.refused")
    }
}
