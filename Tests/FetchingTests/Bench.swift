import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Logging
import Moderation
import Synchronization
import TestSupport

/// A spool of its own with a clock that stands still, and fetchers that can be ended and begun anew over it.
final class Bench {
    let folder: TemporaryFolder
    let spool: FetchSpool
    var settings = FetcherSettings()
    private let time = TestTime()
    private let stopPipe = Pipe()

    init() throws {
        folder = try TemporaryFolder()
        spool = FetchSpool(root: folder.file("fetched"))
        try spool.createFolders()
        settings.limits.minimumFreeBytes = 0
        settings.limits.timeout = .seconds(30)
        settings.access.privateHosts = ["127.0.0.1", "localhost"]
        settings.schedule = RetrySchedule(base: 10, maximumDelay: 100, giveUpAfter: 1000)
    }

    private final class TestTime: Sendable {
        let now = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
    }

    /// Moves the clock.
    func wait(_ seconds: TimeInterval) { time.now.withLock { $0 += seconds } }

    /// A new process over the same spool, which does everything that is due once.
    ///
    /// - Parameter seconds: how far the clock moves each time that it is looked at.
    @discardableResult
    func run(clockMoves seconds: TimeInterval = 0) throws -> FetchPass {
        let time = time
        let fetcher = try Fetcher(
            spool: spool, settings: settings,
            clock: {
                time.now.withLock { now in
                    now += seconds
                    return now
                }
            }, random: { 0.5 },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try fetcher.runOnce(stop: stopPipe.fileHandleForReading.fileDescriptor)
    }

    /// A source of one file, that may be on this machine.
    func source(_ url: String, id: String = "daily") -> FetchSource {
        var source = FetchSource(id: id, customer: "acme", target: .url(url))
        source.limits = settings.limits
        source.access = settings.access
        source.interval = 60
        return source
    }

    /// Asks for a URL; the transfer's name.
    @discardableResult
    func request(
        _ url: String, sha256: String? = nil, customer: String = "acme", at milliseconds: UInt64 = 1_800_000_000_000
    ) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let id = DatasetID(milliseconds: milliseconds, using: &generator)
        try spool.submit(FetchRequest(customer: customer, url: url, sha256: sha256), id: id)
        return id.description
    }

    /// What was handed on so far: receipts in their order, and the bytes of their files.
    func handedOn() throws -> [(receipt: FetchReceipt, bytes: [UInt8]?)] {
        try spool.receipts().compactMap { id in
            guard let receipt = try spool.receipt(id) else { return nil }
            return (receipt, FileManager.default.contents(atPath: spool.readyFile(receipt)).map(Array.init))
        }
    }

    /// Takes what was handed on, as the daemon does.
    func takeAll() throws {
        for id in try spool.receipts() {
            try spool.remove(spool.readyFolder(id))
            try spool.removeReceipt(id)
        }
    }

    /// Names in one of the spool's folders.
    func names(_ folder: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
}
