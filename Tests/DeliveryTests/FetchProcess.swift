import Foundation
import Outbox
import TestSupport

/// The real `lethe-fetch`, as `make build` makes it, over an outbox of its own.
final class FetchBench {
    static let binary =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/.build/release/lethe-fetch"

    static let secret = "a secret of the test, never to be seen"

    let folder: TemporaryFolder
    let outbox: Outbox

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("outbox"), withIntermediateDirectories: false)
        try folder.write(FetchBench.secret + "\n", to: "secret")
        outbox = try Outbox(folder: folder.file("outbox"))
    }

    func enqueue(_ number: Int, body: String = "{}") throws {
        try outbox.enqueue(OutboxMessage(id: identifier(number), endpoint: "ops", created: Date(), body: body))
    }

    /// Starts the command for an endpoint that signs.
    func start(
        _ url: String, _ options: String..., environment: [String: String] = [:]
    ) throws -> FetchProcess {
        try FetchProcess(
            ["--outbox", outbox.folder, "--endpoint", "ops=" + url, "--secret-file", "ops=" + folder.file("secret")]
                + options, environment: environment)
    }
}

/// A `lethe-fetch` under way.
final class FetchProcess {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    /// Everything that it has written to standard error, as far as it was read.
    private(set) var log = ""

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: FetchBench.binary)
        process.arguments = arguments
        // A proxy that nobody listens on: it must not be asked.
        process.environment = [
            "PATH": "/usr/bin:/bin", "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1",
        ].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    deinit {
        if process.isRunning { kill() }
    }

    /// Waits until its log holds a text, or it has ended.
    func waitForLog(_ text: String) -> Bool {
        while !log.contains(text) {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { return false }
            log += String(decoding: more, as: UTF8.self)
        }
        return true
    }

    /// Sends SIGTERM, or another signal.
    func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

    /// Ends it at once, as a power cut would.
    func kill() {
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end.
    func finish() -> (status: Int32, output: String) {
        log += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus, text)
    }
}
