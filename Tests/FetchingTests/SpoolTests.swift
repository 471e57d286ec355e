import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Storage
import TestSupport
import Testing

@Suite("A spool that others write into, or that fails")
struct SpoolTests {
    private let contents = Array("{\"prompt\":\"a\",\"completion\":\"b\"}\n".utf8)
    private let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

    @Test("A folder in place of a request is never entered, and holds up no other request")
    func folder() throws {
        let server = try CuttingServer(contents, ["whole"])
        let bench = try Bench()
        let folder = "\(bench.spool.requests)/\(id).json"
        let stray = "\(bench.spool.requests)/.lethe-x"
        for path in [folder, stray] {
            try FileManager.default.createDirectory(atPath: path + "/inner", withIntermediateDirectories: true)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700, .modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: path)
        }
        try bench.request(server.url)
        #expect(try bench.run().fetched == 1)
        #expect(try bench.names(folder) == ["inner"] && bench.names(stray) == ["inner"])
        #expect(try bench.spool.progress(of: id)?.error == "malformed-file")
        try FileManager.default.removeItem(atPath: folder + "/inner")
        try FileManager.default.removeItem(atPath: stray + "/inner")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: stray)
        try bench.run()
        #expect(try bench.names(bench.spool.requests).isEmpty)
    }

    @Test("A request is read only up to what one can have")
    func large() throws {
        let bench = try Bench()
        let text = "{\"customer\":\"acme\",\"url\":\"https://nobody.invalid/\""
        let path = "\(bench.spool.requests)/\(id).json"
        for (count, error) in [(64 << 10, "name-resolution-failed"), (64 << 10 + 1, "malformed-file")] {
            let padded = text + String(repeating: " ", count: count - text.utf8.count - 1) + "}"
            try Data(padded.utf8).write(to: URL(fileURLWithPath: path))
            try bench.run()
            #expect(try bench.spool.progress(of: id)?.error == error)
            #expect(try bench.names(bench.spool.requests).isEmpty)
            try bench.spool.remove("\(bench.spool.progress)/\(id).json")
            try bench.spool.remove("\(bench.spool.jobs)/\(id).json")
        }
    }

    @Test("A request whose memory is damaged is told and recorded as failed", arguments: [true, false])
    func damaged(hasCustomer: Bool) throws {
        let bench = try Bench()
        let text = hasCustomer ? "{\"customer\":\"acme\",\"url\":1}" : "x"
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(bench.spool.jobs)/\(id).json"))
        try bench.run()
        #expect(try bench.spool.progress(of: id)?.error == "malformed-file")
        #expect(try bench.handedOn().map(\.receipt.error) == (hasCustomer ? ["malformed-file"] : []))
        #expect(try bench.names(bench.spool.jobs).isEmpty)
    }

    @Test("What cannot be written down is written down later, and nothing is fetched twice for it")
    func writeFailure() throws {
        let server = try CuttingServer(contents, ["drip 10", "status 500"])
        let bench = try Bench()
        bench.settings.schedule = RetrySchedule(base: 0.01, maximumDelay: 0.05, giveUpAfter: 1000)
        let (spool, settings) = (bench.spool, bench.settings)
        let pipe = Pipe()
        let ended = DispatchSemaphore(value: 0)
        let failures = DispatchSemaphore(value: 0)
        let log = LogRecorder()
        log.onMessage { if $0 == "the spool cannot be used" { failures.signal() } }
        try bench.request(server.url)
        Thread.detachNewThread {
            try? Fetcher(spool: spool, settings: settings, logger: log.logger)
                .run(stop: pipe.fileHandleForReading.fileDescriptor)
            ended.signal()
        }
        while try server.requests().isEmpty { usleep(10_000) }
        // A folder that is none any more fails as a full disk does.
        try Folder.move(spool.jobs, to: spool.root + "/away")
        try Data().write(to: URL(fileURLWithPath: spool.jobs))
        // The first may have come from what was looked at before the folder went; the second has the result.
        for _ in 0..<2 { #expect(failures.wait(timeout: .now() + 30) == .success) }
        #expect(try spool.receipts().isEmpty)
        try FileManager.default.removeItem(atPath: spool.jobs)
        try Folder.move(spool.root + "/away", to: spool.jobs)
        for _ in 0..<500 where try spool.receipts().isEmpty { usleep(10_000) }
        try pipe.fileHandleForWriting.write(contentsOf: [0])
        ended.wait()
        #expect(try bench.handedOn().map(\.bytes) == [contents])
        #expect(try server.requests().count == 1)
    }
}
