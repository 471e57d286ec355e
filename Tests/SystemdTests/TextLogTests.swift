import Foundation
import Logging
import Systemd
import TestSupport
import Testing

@Suite("Logging to standard error")
struct TextLogTests {
    private let folder: TemporaryFolder
    private let errors: LogFile

    init() throws {
        folder = try TemporaryFolder()
        errors = try LogFile(folder.file("errors"))
    }

    private func text() throws -> String { try String(contentsOfFile: folder.file("errors"), encoding: .utf8) }

    private func logger(_ style: TextLogHandler.Style, level: Logger.Level = .trace) -> Logger {
        let output = LogOutput(descriptor: errors.descriptor)
        return Logger(
            label: "test",
            factory: { _ in TextLogHandler(style: style, output: output, level: level) { 1_795_600_800 } }
        )
    }

    @Test("A plain line has time, level, message and metadata")
    func plainLine() throws {
        logger(.plain).info("judged", metadata: ["verdict": "cleared", "dataset": "01K9"])
        #expect(try text() == "2026-11-25T10:00:00Z info judged dataset=01K9 verdict=cleared\n")
    }

    @Test("A line for a service manager has the priority instead")
    func prioritisedLine() throws {
        logger(.prioritised).critical("broken")
        #expect(try text() == "<2>broken\n")
    }

    @Test(
        "A value can forge no line, no field and no terminal command",
        arguments: [
            ("two\nlines", #"two\nlines"#), ("a b", #""a b""#), ("", #""""#), ("a=b", #""a=b""#),
            (#"say "no""#, #""say \"no\"""#), (#"back\slash"#, #"back\\slash"#), ("\u{1B}[31m", #"\u{1b}[31m"#),
            ("\u{9B}2J", #"\u{9b}2J"#), ("\r\t\u{0}", #"\r\t\u{0}"#), ("\u{202E}txt", #"\u{202e}txt"#),
            ("line\u{2028}end", #"line\u{2028}end"#), ("größe", "größe"),
        ])
    func escapes(value: String, printed: String) throws {
        logger(.prioritised).info("m", metadata: ["k": "\(value)"])
        #expect(try text() == "<6>m k=\(printed)\n")
    }

    @Test("A message and a key are escaped too")
    func escapesMessage() throws {
        logger(.prioritised).info("a\n<0>b \u{1B}c", metadata: ["k\n": "v"])
        #expect(try text() == #"<6>a\n<0>b \u{1b}c k\n=v"# + "\n")
    }

    @Test("An error goes with the message that reports it")
    func error() throws {
        let error = SystemdError(.sendFailed, "cannot send")
        logger(.prioritised).warning("not told", error: error)
        #expect(try text() == #"<4>not told error="cannot send [send-failed]""# + "\n")
    }

    @Test("What is below the level is not logged, and a copy's changes stay its own")
    func values() throws {
        let first = logger(.prioritised, level: .notice)
        var second = first
        second.logLevel = .debug
        second[metadataKey: "only-on"] = "second"
        first.info("hidden")
        first.notice("shown")
        second.debug("shown")
        #expect(try text() == "<5>shown\n<7>shown only-on=second\n")
    }

    @Test("Lines of many threads never run into each other")
    func concurrentLines() throws {
        let logger = logger(.prioritised)
        let message = String(repeating: "x", count: 10_000)
        DispatchQueue.concurrentPerform(iterations: 64) { _ in logger.info("\(message)") }
        #expect(try text() == String(repeating: "<6>\(message)\n", count: 64))
    }
}
