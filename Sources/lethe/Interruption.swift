import Dispatch
import Foundation
import Pipeline
import Synchronization

/// Turns SIGINT and SIGTERM into a clean stop at the next step; a second one ends the process at once.
///
/// SAFETY: the signal sources are made in `init` and never touched again; what they change is atomic.
final class Interruption: @unchecked Sendable {
    private let isRequested = Atomic<Bool>(false)
    private let isCommitting = Atomic<Bool>(false)
    private let sources: [any DispatchSourceSignal]

    init() {
        var sources: [any DispatchSourceSignal] = []
        let queue = DispatchQueue(label: "lethe.signals")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            sources.append(DispatchSource.makeSignalSource(signal: number, queue: queue))
        }
        self.sources = sources
        for source in sources {
            source.setEventHandler { [self] in
                if isCommitting.load(ordering: .relaxed) {
                    return Console.tell("lethe: the verdict is being recorded; this ends by itself")
                }
                if isRequested.exchange(true, ordering: .relaxed) { exit(ExitStatus.interrupted.rawValue) }
                Console.tell("lethe: stopping; nothing is kept of this run")
            }
            source.resume()
        }
    }

    /// From now on signals are told but not followed: what is being written is finished.
    func commit() throws {
        try check()
        isCommitting.store(true, ordering: .relaxed)
    }

    /// Throws once a signal has come.
    func check() throws {
        guard isRequested.load(ordering: .relaxed) else { return }
        throw PipelineError(.interrupted, "interrupted")
    }
}
