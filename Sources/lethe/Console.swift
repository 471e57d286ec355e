import ArgumentParser
import AuditLog
import ControlClient
import Datasets
import Diagnostics
import Downstream
import ForgetFilter
import Foundation
import LanguageModels
import Pipeline
import Policies

/// Exit codes of the commands that judge.
enum ExitStatus: Int32 {
    case cleared = 0
    case removed = 1
    case usage = 2
    case input = 3
    case `internal` = 4
    case deferred = 5
    /// 128 + SIGINT, as shells report it.
    case interrupted = 130

    /// The code of a failure: input, policy and model errors are the user's to mend, the rest are ours or the machine's.
    init(_ error: any Error) {
        switch error {
        case let error as PipelineError where error.code == .interrupted: self = .interrupted
        case let error as PipelineError where error.code == .outputUnusable: self = .internal
        case let error as ControlError where error.code == .unknown: self = .removed
        case let error as PolicyError where error.code == .scanFailed: self = .internal
        case is DatasetError, is PolicyErrors, is PolicyError, is PipelineError, is DownstreamError, is GGUFError,
            is TokenizerError,
            is LanguageModelError, is ForgetFilterError:
            self = .input
        default: self = .internal
        }
    }
}

/// Standard error and standard output of the commands.
enum Console {
    /// Tells something on standard error.
    static func tell(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
    }

    /// Writes to standard output.
    static func print(_ bytes: [UInt8]) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }

    /// Writes a text to standard output.
    static func print(_ text: String) throws { try print(Array(text.utf8)) }

    /// Tells an error and ends the command with its code.
    static func fail(_ error: any Error) -> ExitCode {
        tell("lethe: error: \(error)")
        return ExitCode(ExitStatus(error).rawValue)
    }
}
