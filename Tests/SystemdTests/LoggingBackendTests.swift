import Foundation
import Logging
import Systemd
import TestSupport
import Testing

@Suite("Where the log goes")
struct LoggingBackendTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func destination(_ environment: [String: String], _ descriptor: Int32) -> LoggingBackend.Destination {
        LoggingBackend(
            environment: environment, identifier: "test", level: .info, standardError: descriptor,
            journalPath: folder.file("journal")
        ).destination
    }

    @Test("To the journal only if standard error is the file that JOURNAL_STREAM names")
    func journal() throws {
        let errors = try LogFile(folder.file("errors"))
        let other = try LogFile(folder.file("other"))
        #expect(destination(["JOURNAL_STREAM": errors.journalStream], errors.descriptor) == .journal)
        #expect(destination(["JOURNAL_STREAM": other.journalStream], errors.descriptor) == .prioritisedLines)
        #expect(destination(["JOURNAL_STREAM": "nonsense"], errors.descriptor) == .prioritisedLines)
        #expect(destination(["JOURNAL_STREAM": errors.journalStream], -1) == .prioritisedLines)
    }

    @Test("With priorities for a service manager, plain without one")
    func lines() throws {
        let errors = try LogFile(folder.file("errors"))
        #expect(destination(["INVOCATION_ID": "5f1c"], errors.descriptor) == .prioritisedLines)
        #expect(destination([:], errors.descriptor) == .plainLines)
    }

    @Test("Plain on a terminal, even under a service manager")
    func terminal() throws {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(terminal >= 0)
        defer { close(terminal) }
        #expect(destination(["INVOCATION_ID": "5f1c", "JOURNAL_STREAM": "1:2"], terminal) == .plainLines)
    }

    @Test("A journal whose path cannot be one leaves lines with priorities")
    func unusableJournal() throws {
        let errors = try LogFile(folder.file("errors"))
        let backend = LoggingBackend(
            environment: ["JOURNAL_STREAM": errors.journalStream], identifier: "test", level: .info,
            standardError: errors.descriptor, journalPath: "relative")
        #expect(backend.destination == .prioritisedLines)
    }
}
