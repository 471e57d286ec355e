import Foundation

/// SIGTERM and SIGINT as a descriptor that stays readable once one of them has come.
///
/// It must be made while the process has one thread: later threads inherit the mask that leaves the signals to the one
/// that waits for them.
struct StopSignals {
    /// The descriptor; never read.
    let descriptor: Int32

    private let pipe: Pipe

    init() throws {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        let code = pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        let pipe = Pipe()
        descriptor = pipe.fileHandleForReading.fileDescriptor
        self.pipe = pipe
        Thread.detachNewThread { [signals, pipe] in
            var signals = signals
            var received: Int32 = 0
            while sigwait(&signals, &received) != 0 {}
            try? pipe.fileHandleForWriting.write(contentsOf: [0])
        }
    }
}
