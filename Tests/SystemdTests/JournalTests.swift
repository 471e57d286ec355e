import CLinux
import Foundation
import Logging
import Systemd
import TestSupport
import Testing

@Suite("Logging to the journal")
struct JournalTests {
    private let folder: TemporaryFolder
    private let receiver: DatagramReceiver

    init() throws {
        folder = try TemporaryFolder()
        receiver = try DatagramReceiver(at: folder.file("journal"))
    }

    /// A logger whose lines for standard error go to the file `errors`.
    private func logger(socket: String = "journal", provider: Logger.MetadataProvider? = nil) throws -> Logger {
        let errors = try LogFile(folder.file("errors"))
        let backend = LoggingBackend(
            environment: ["JOURNAL_STREAM": errors.journalStream], identifier: "lethed", level: .trace,
            standardError: errors.descriptor, journalPath: folder.file(socket))
        #expect(backend.destination == .journal)
        return Logger(label: "test", factory: { _ in backend.makeHandler(metadataProvider: provider) })
    }

    @Test("An entry has message, priority, identifier and the metadata in the order of its keys")
    func plainEntry() throws {
        try logger().notice(
            "judged",
            metadata: ["verdict": "cleared", "dataset": "01K9", "rows": "\(12)", "rules": ["a", "b"], "n": ["y": "1"]])
        #expect(
            try receiver.receiveText() == """
                MESSAGE=judged
                PRIORITY=5
                SYSLOG_IDENTIFIER=lethed
                LETHE_DATASET=01K9
                LETHE_N={y: 1}
                LETHE_ROWS=12
                LETHE_RULES=[a, b]
                LETHE_VERDICT=cleared

                """)
    }

    @Test("A value with a newline goes with its length in 64 bits, little-endian")
    func newlineValue() throws {
        try logger().error("two\nlines", metadata: ["fault": "x=1\nMESSAGE=forged"])
        var expected: [UInt8] = []
        expected += Array("MESSAGE\n".utf8) + [9, 0, 0, 0, 0, 0, 0, 0] + Array("two\nlines\n".utf8)
        expected += Array("PRIORITY=3\nSYSLOG_IDENTIFIER=lethed\n".utf8)
        expected += Array("LETHE_FAULT\n".utf8) + [18, 0, 0, 0, 0, 0, 0, 0] + Array("x=1\nMESSAGE=forged\n".utf8)
        #expect(try receiver.receive() == expected)
    }

    @Test(
        "Levels are priorities of syslog",
        arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func priorities(level: Logger.Level, priority: Int) throws {
        try logger().log(level: level, "x")
        #expect(try receiver.receiveText() == "MESSAGE=x\nPRIORITY=\(priority)\nSYSLOG_IDENTIFIER=lethed\n")
    }

    @Test(
        "A message's id is a field of its own if it is one",
        arguments: [
            ("6BBD95EE977941E497C48BE27C254128", "MESSAGE_ID=6bbd95ee977941e497c48be27c254128"),
            ("6bbd95ee", "LETHE_MESSAGE_ID=6bbd95ee"),
            ("6bbd95ee977941e497c48be27c25412g", "LETHE_MESSAGE_ID=6bbd95ee977941e497c48be27c25412g"),
        ])
    func messageIdentifier(value: String, field: String) throws {
        try logger().info("x", metadata: ["message_id": "\(value)"])
        #expect(try receiver.receiveText().hasSuffix("\n\(field)\n"))
    }

    @Test("A call's metadata goes before the provider's, and that before the logger's")
    func precedence() throws {
        var logger = try logger(provider: Logger.MetadataProvider { ["b": "provider", "c": "provider"] })
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.info("x", metadata: ["c": "call"])
        #expect(try receiver.receiveText().hasSuffix("LETHE_A=logger\nLETHE_B=provider\nLETHE_C=call\n"))
    }

    @Test(
        "A key becomes a name that the journal takes",
        arguments: [
            ("dataset", "LETHE_DATASET"), ("dataset-id", "LETHE_DATASET_ID"), ("Rule.7", "LETHE_RULE_7"),
            ("_pid", "LETHE_PID"), ("__", "LETHE_UNNAMED"), ("", "LETHE_UNNAMED"), ("a=b\nc", "LETHE_A_B_C"),
            ("größe", "LETHE_GR____E"), ("é", "LETHE_UNNAMED"), ("0", "LETHE_0"),
            (String(repeating: "k", count: 100), "LETHE_" + String(repeating: "K", count: 58)),
        ])
    func fieldNames(key: String, name: String) {
        #expect(LogEntry.fieldName(key) == name)
    }

    @Test("An entry too big for a datagram goes as a file in memory that nobody can change any more")
    func largeEntry() throws {
        let text = String(repeating: "x", count: 1 << 20)
        try logger().info("\(text)")
        let (bytes, file) = try receiver.receiveWithDescriptor()
        try #require(file >= 0)
        defer { close(file) }
        #expect(bytes.isEmpty)
        // F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE.
        #expect(lethe_memfd_seals(file) == 0xF)
        var status = stat()
        #expect(fstat(file, &status) == 0)
        var contents = [UInt8](repeating: 0, count: Int(status.st_size))
        #expect(pread(file, &contents, contents.count, 0) == contents.count)
        #expect(contents == Array("MESSAGE=\(text)\nPRIORITY=6\nSYSLOG_IDENTIFIER=lethed\n".utf8))
    }

    @Test("What the journal does not take goes to standard error")
    func fallback() throws {
        try logger(socket: "absent").warning("kept", metadata: ["a": "b"])
        #expect(try String(contentsOfFile: folder.file("errors"), encoding: .utf8) == "<4>kept a=b\n")
        #expect(receiver.isEmpty)
    }
}

/// A file in the part of standard error; it stays open, as a process's standard error does.
struct LogFile {
    let descriptor: Int32

    /// Makes the file.
    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
    }

    /// The value of `JOURNAL_STREAM` that names this file.
    var journalStream: String {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : ""
    }
}
