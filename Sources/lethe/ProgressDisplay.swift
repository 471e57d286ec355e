import Downstream
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

    /// What both kinds of computation tell.
    private struct Step {
        var name: String
        var done: Int
        var total: Int
        var loss: Double?
        var rowsPerSecond: Double
        var secondsLeft: Double?

        init(_ progress: StageProgress) {
            (name, done, total) = (progress.stage.rawValue, progress.done, progress.total)
            (loss, rowsPerSecond, secondsLeft) = (progress.loss, progress.rowsPerSecond, progress.secondsLeft)
        }

        init(_ progress: DownstreamProgress) {
            (name, done, total) = (progress.step, progress.done, progress.total)
            (loss, rowsPerSecond, secondsLeft) = (progress.loss, progress.rowsPerSecond, progress.secondsLeft)
        }
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// Shows how far a judgement is.
    func show(_ progress: JudgementProgress) {
        switch progress {
        case .read(let rows, let malformed): line("reading", "read \(rows + malformed) lines")
        case .loadingModel: line("model", "loading the model")
        case .stage(let progress): show(Step(progress))
        }
    }

    /// Shows how far a comparison of ways to finetune is.
    func show(_ progress: DownstreamProgress) { show(Step(progress)) }

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

    private func show(_ step: Step) {
        state.withLock { state in
            let isNew = state.stage != step.name
            state.stage = step.name
            guard isTerminal else {
                if isNew { write("lethe: \(step.name): \(step.total) rows\n") }
                return
            }
            let now = ProcessInfo.processInfo.systemUptime
            guard isNew || now - state.lastDrawn > 0.1 || step.done == step.total else { return }
            state.lastDrawn = now
            state.hasBar = true
            write("\r\u{1B}[K" + bar(step))
        }
    }

    private func bar(_ step: Step) -> String {
        let width = 24
        let filled = step.total > 0 ? width * step.done / step.total : width
        let name = step.name.padding(toLength: max(13, step.name.count + 1), withPad: " ", startingAt: 0)
        var text = name + "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        text += "] \(step.done)/\(step.total) rows"
        if step.rowsPerSecond > 0 { text += String(format: "  %.1f rows/s", step.rowsPerSecond) }
        if let left = step.secondsLeft { text += String(format: "  %d:%02d left", Int(left) / 60, Int(left) % 60) }
        if let loss = step.loss { text += String(format: "  loss %.3f", loss) }
        return text
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
