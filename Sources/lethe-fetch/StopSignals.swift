import Foundation
import Synchronization

/// SIGTERM, SIGINT and SIGHUP as a descriptor that stays readable once one of them has come.
///
/// It must be made while the process has one thread: later threads inherit the mask that leaves the signals to the one
/// that waits for them.
struct StopSignals {
    /// The descriptor; never read.
    let descriptor: Int32

    private let pipe: Pipe
    private let latest = SignalBox()

    /// The signal that has come; 0 before one has.
    var received: Int32 { latest.number.withLock { $0 } }

    /// Stops without a signal.
    func stop() { end() }

    /// Does it, from any thread.
    var end: @Sendable () -> Void {
        { [pipe] in try? pipe.fileHandleForWriting.write(contentsOf: [0]) }
    }

    private final class SignalBox: Sendable {
        let number = Mutex<Int32>(0)
    }

    init() throws {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGHUP)
        let code = pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        let pipe = Pipe()
        descriptor = pipe.fileHandleForReading.fileDescriptor
        self.pipe = pipe
        Thread.detachNewThread { [signals, pipe, latest] in
            var signals = signals
            var received: Int32 = 0
            while sigwait(&signals, &received) != 0 {}
            latest.number.withLock { $0 = received }
            try? pipe.fileHandleForWriting.write(contentsOf: [0])
        }
    }
}
