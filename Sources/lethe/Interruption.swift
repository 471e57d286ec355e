import Dispatch
import Foundation
import Pipeline
import Synchronization

/// Turns SIGINT and SIGTERM into a clean stop at the next step; a second one ends the process at once.
///
/// SAFETY: the signal sources are made in `init` and never touched again; what they change is atomic.
final class Interruption: @unchecked Sendable {
    private let isRequested = Atomic<Bool>(false)
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
                if isRequested.exchange(true, ordering: .relaxed) { exit(ExitStatus.interrupted.rawValue) }
                Console.tell("lethe: stopping; nothing is kept of this run")
            }
            source.resume()
        }
    }

    /// Throws once a signal has come.
    func check() throws {
        guard isRequested.load(ordering: .relaxed) else { return }
        throw PipelineError(.interrupted, "interrupted")
    }
}
