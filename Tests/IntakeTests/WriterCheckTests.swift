import Foundation
import Intake
import TestSupport
import Testing

@Suite("Whether somebody still writes a file", .serialized)
struct WriterCheckTests {
    @Test("An open writer, none, and no file")
    func outcomes() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x", to: "rows.jsonl")
        #expect(WriterCheck.of(path) == .none)
        let writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        #expect(WriterCheck.of(path) == .writing)
        close(writer)
        #expect(WriterCheck.of(path) == .none)
        let reader = open(path, O_RDONLY | O_CLOEXEC)
        #expect(WriterCheck.of(path) == .none)
        close(reader)
        #expect(WriterCheck.of(folder.file("gone")) == .gone)
        #expect(symlink(path, folder.file("link")) == 0)
        #expect(WriterCheck.of(folder.file("link")) == .unknown)
    }

    @Test("Nothing is left on the file: a writer is not kept waiting")
    func released() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x", to: "rows.jsonl")
        #expect(WriterCheck.of(path) == .none)
        // With a lease in force, this would fail instead of waiting.
        let writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        #expect(writer >= 0)
        close(writer)
    }

    @Test("A writer that comes while we ask does not end the process")
    func meanwhile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x", to: "rows.jsonl")
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = ["-c", #"i=0; while [ $i -lt 20000 ]; do : >> "$0"; i=$((i+1)); done"#, path]
        try writer.run()
        var outcomes: Set<WriterCheck.Outcome> = []
        while writer.isRunning { outcomes.insert(WriterCheck.of(path)) }
        writer.waitUntilExit()
        #expect(writer.terminationStatus == 0)
        #expect(outcomes.isSubset(of: [.none, .writing, .unknown]))
    }
}
