import ArgumentParser
import AuditLog
import ControlClient
import ControlModels
import Datasets
import Diagnostics
import Foundation
import LanguageModels
import Moderation
import Pipeline
import Policies
import Reports
import ServiceConfiguration
import Storage
import TensorKernels
import Vault

/// Looks for what would keep the daemon from its work.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what keeps the daemon from its work: configuration, model, disk, keys, socket.",
        discussion: """
            Run it as the daemon's user, or as root; some checks need the rights of that user. Nothing is changed.

            EXAMPLES
              sudo -u lethe lethe doctor

            EXIT CODES
              0  nothing found
              1  at least one check failed
              2  usage
            """
    )

    @OptionGroup var service: ServiceOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    private struct Finding: Encodable {
        var check: String
        var passed: Bool
        var detail: String
    }

    func run() throws {
        var findings: [Finding] = []
        func check(_ name: String, _ work: () throws -> String) {
            do {
                findings.append(Finding(check: name, passed: true, detail: try work()))
            } catch {
                findings.append(Finding(check: name, passed: false, detail: "\(error)"))
            }
        }
        check("matrix product") { try multiply() }
        var settings: ServiceSettings?
        check("configuration") {
            let loaded = try service.settings()
            settings = loaded
            return loaded.path
        }
        if let settings {
            // What the daemon's unit alone knows, such as a credential, is asked of the daemon where it answers.
            let status = try? service.client().get("/v1/status", as: StatusReport.self)
            check("policies") { try policies(settings) }
            check("model") { try status?.model.map { "\($0), as the daemon has it" } ?? model(settings) }
            check("state folder") { try state(settings) }
            check("audit log") { try audit(settings) }
            check("signing key") { try status?.signingKey.map { "id \($0), as the daemon has it" } ?? key(settings) }
            check("daemon") { try daemon(settings) }
        }
        if json {
            try Console.print(ControlJSON.encode(findings, pretty: true) + [0x0A])
        } else {
            for finding in findings {
                try Console.print("\(finding.passed ? "ok  " : "FAIL")  \(finding.check): \(finding.detail)\n")
            }
        }
        if findings.contains(where: { !$0.passed }) { throw ExitCode(1) }
    }

    /// A product whose result is known; a sandbox that forbids generated code makes it fail.
    private func multiply() throws -> String {
        let size = 64
        let (a, b, c) = (
            FloatBuffer(count: size * size), FloatBuffer(count: size * size), FloatBuffer(count: size * size)
        )
        for index in 0..<size * size {
            a.pointer[index] = 1
            b.pointer[index] = 2
        }
        try matrixMultiply(
            MatrixView(a.pointer, rowStride: size), MatrixView(b.pointer, rowStride: size),
            into: MatrixView(c.pointer, rowStride: size), rows: size, columns: size, depth: size)
        guard c.array.allSatisfy({ $0 == Float(2 * size) }) else { throw Failure("oneDNN gives a wrong product") }
        return "oneDNN gives the right one"
    }

    private func policies(_ settings: ServiceSettings) throws -> String {
        let snapshot = try PolicySnapshot(settings)
        var sets = 0
        for policy in snapshot.assignments.map(\.policy) {
            for path in [policy.referencePath, policy.controlPath, policy.seedsPath].compactMap(\.self) {
                let set = try DatasetReader().read(path)
                if let finding = set.findings.first {
                    throw Failure("line \(finding.line ?? 1) of \(path) is no row")
                }
                sets += 1
            }
        }
        return "\(snapshot.assignments.count) assigned, \(sets) reference and control sets read"
    }

    private func model(_ settings: ServiceSettings) throws -> String {
        let snapshot = try PolicySnapshot(settings)
        guard snapshot.assignments.contains(where: { $0.policy.forgetFilter != nil }) else { return "none is needed" }
        let path = try ModelLocation.resolve(
            option: settings.modelPath, environment: ProcessInfo.processInfo.environment)
        let model = try LanguageModel(path: path)
        return "\(path), \(model.configuration.blockCount) layers"
    }

    private func state(_ settings: ServiceSettings) throws -> String {
        let layout = VaultLayout(root: settings.stateFolder)
        guard let root = try FileStatus.of(layout.root), root.kind == .folder else {
            throw Failure("\(layout.root) is no folder; lethed makes it at its first start")
        }
        for path in [
            layout.inbox, layout.claims, layout.originals, layout.cleared, layout.quarantine, layout.reports,
            layout.work,
        ] {
            guard let status = try FileStatus.of(path) else { continue }
            guard status.device == root.device else {
                throw Failure("\(path) lies on another filesystem than \(layout.root): files cannot be moved there")
            }
        }
        let free = try Folder.freeBytes(layout.root)
        guard free >= settings.inbox.minimumFreeBytes else {
            throw Failure("\(free) bytes are free; `minimum_free_bytes` is \(settings.inbox.minimumFreeBytes)")
        }
        return "\(layout.root), \(free >> 20) MiB free, one filesystem"
    }

    private func audit(_ settings: ServiceSettings) throws -> String {
        let path = VaultLayout(root: settings.stateFolder).auditDatabase
        guard FileManager.default.fileExists(atPath: path) else {
            return "none yet; lethed makes it at its first start"
        }
        let result = try AuditReader(path: path).verify()
        if let failure = result.failure { throw Failure("TAMPERED: \(failure.reason.rawValue): \(failure.detail)") }
        return "\(result.intactCount) records, intact"
    }

    private func key(_ settings: ServiceSettings) throws -> String {
        let path = KeyFile.resolve(option: settings.audit.keyPath)
        guard FileManager.default.fileExists(atPath: path) else {
            if settings.audit.createsKey { return "none yet; lethed makes it at its first start" }
            return "none: checkpoints and manifests are not signed (lethe audit key create)"
        }
        return "\(path), id \(try SigningKey.load(path: path).id)"
    }

    private func daemon(_ settings: ServiceSettings) throws -> String {
        let health = try service.client().get("/healthz", as: HealthReport.self)
        guard health.problems.isEmpty else {
            let problems = health.problems.map { "\($0.key): \($0.value)" }.sorted()
            throw Failure(TerminalText.escape(problems.joined(separator: "; ")))
        }
        return "answers on \(settings.socketPath)"
    }

    /// What a check found.
    private struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
