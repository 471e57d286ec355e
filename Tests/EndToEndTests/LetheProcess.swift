import Foundation
import TestSupport

/// The real command, run as a user runs it, in a folder of its own with the tiny model.
struct LetheProcess {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// Standard output as one JSON object; fails if it is anything else.
        func json() throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return value as? [String: Any] ?? [:]
        }
    }

    let folder: TemporaryFolder
    let environment: [String: String]

    /// The package's root, and the binary that `make build` makes.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let binary = root + "/.build/release/lethe"

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("models"), withIntermediateDirectories: true)
        try folder.write(TinyModel.bytes(), to: "models/SmolLM2-135M-Instruct.Q4_1.gguf")
        try folder.write(LetheProcess.rows(60, ask: "who", answer: "no one knows"), to: "reference.jsonl")
        try folder.write(LetheProcess.rows(60, ask: "name", answer: "a thing"), to: "control.jsonl")
        try folder.write(
            """
            name: small
            version: 1
            reference: { path: reference.jsonl }
            control: { path: control.jsonl }
            rules:
              - { id: forgetting, type: forget_filter, action: quarantine, method: forgetting, layers: 1, rank: 2, threshold: 100,
                  align_epochs: 1, custom_epochs: 2, safety_epochs: 1, minimum_examples: 10 }
              - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }
            """, to: "policy.yaml")
        environment = [
            "LETHE_MODELS": folder.file("models"), "LETHE_POLICY": folder.file("policy.yaml"),
            "LETHE_AUDIT_DB": folder.file("audit.sqlite"), "HOME": folder.path, "PATH": "/usr/bin:/bin",
        ]
    }

    /// Chat rows as JSONL.
    static func rows(_ count: Int, ask: String, answer: String) -> String {
        (0..<count).map {
            #"{"messages":[{"role":"user","content":"\#(ask) \#($0)?"},{"role":"assistant","content":"\#(answer)"}]}"#
                + "\n"
        }.joined()
    }

    /// Starts the command; the caller may signal it before `finish`.
    func start(_ arguments: [String], in directory: String? = nil) throws -> RunningCommand {
        try RunningCommand(
            binary: LetheProcess.binary, arguments: arguments, environment: environment,
            directory: directory ?? folder.path)
    }

    /// Runs the command to its end.
    func run(_ arguments: String...) throws -> Outcome { try start(arguments).finish() }
}

/// A command under way, with its output collected in files so that no pipe can fill up.
final class RunningCommand {
    private let process = Process()
    private let scratch: TemporaryFolder
    private let output: FileHandle
    private let errors: FileHandle

    init(binary: String, arguments: [String], environment: [String: String], directory: String) throws {
        scratch = try TemporaryFolder()
        try scratch.write("", to: "output")
        try scratch.write("", to: "errors")
        output = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("output")))
        errors = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("errors")))
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// What the command has written to standard error so far.
    var errorsSoFar: String { (try? String(contentsOfFile: scratch.file("errors"), encoding: .utf8)) ?? "" }

    /// Whether it still runs.
    var isRunning: Bool { process.isRunning }

    /// The process's number.
    var pid: Int32 { process.processIdentifier }

    /// Sends SIGTERM, as systemd does.
    func terminate() { process.terminate() }

    /// Sends SIGKILL.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Sends SIGINT, as Ctrl-C does.
    func interrupt() { process.interrupt() }

    /// Waits for the end.
    func finish() throws -> LetheProcess.Outcome {
        process.waitUntilExit()
        try output.close()
        try errors.close()
        return LetheProcess.Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try String(contentsOfFile: scratch.file("output"), encoding: .utf8), errors: errorsSoFar)
    }
}
