import ForgetFilter
import Foundation
import Pipeline
import Synchronization

/// Progress on standard error: a bar on a terminal, else a line at the start of each stage.
final class ProgressDisplay: Sendable {
    private struct State {
        var stage = ""
        var lastDrawn = 0.0
        var hasBar = false
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// Shows how far a judgement is.
    func show(_ progress: JudgementProgress) {
        switch progress {
        case .read(let rows, let malformed): line("reading", "read \(rows + malformed) lines")
        case .loadingModel: line("model", "loading the model")
        case .stage(let progress): stage(progress)
        }
    }

    /// Ends a bar's line.
    func finish() {
        state.withLock { state in
            if state.hasBar { write("\r\u{1B}[K") }
            state.hasBar = false
        }
    }

    private func line(_ name: String, _ text: String) {
        state.withLock { state in
            state.stage = name
            write((state.hasBar ? "\r\u{1B}[K" : "") + "lethe: \(text)\n")
            state.hasBar = false
        }
    }

    private func stage(_ progress: StageProgress) {
        state.withLock { state in
            let isNew = state.stage != progress.stage.rawValue
            state.stage = progress.stage.rawValue
            guard isTerminal else {
                if isNew { write("lethe: \(progress.stage.rawValue): \(progress.total) rows\n") }
                return
            }
            let now = ProcessInfo.processInfo.systemUptime
            guard isNew || now - state.lastDrawn > 0.1 || progress.done == progress.total else { return }
            state.lastDrawn = now
            state.hasBar = true
            write("\r\u{1B}[K" + bar(progress))
        }
    }

    private func bar(_ progress: StageProgress) -> String {
        let width = 24
        let filled = progress.total > 0 ? width * progress.done / progress.total : width
        let name = progress.stage.rawValue.padding(toLength: 13, withPad: " ", startingAt: 0)
        var text = name + "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        text += "] \(progress.done)/\(progress.total) rows"
        if progress.rowsPerSecond > 0 { text += String(format: "  %.1f rows/s", progress.rowsPerSecond) }
        if let left = progress.secondsLeft { text += String(format: "  %d:%02d left", Int(left) / 60, Int(left) % 60) }
        if let loss = progress.loss { text += String(format: "  loss %.3f", loss) }
        return text
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
