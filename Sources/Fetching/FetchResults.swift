import FetchSpool
import Foundation
import Synchronization

/// What threads of transfers hand back, and a descriptor that is readable while there is something.
final class FetchResults: Sendable {
    /// What a thread has done.
    enum Result: Sendable {
        case transfer(FetchJob, Transfer.Outcome)
        case listing(String, Swift.Result<[ObjectListing.Entry], FetchError>)

        /// What a transfer needs at its next try, told before its content comes.
        case accepted(FetchJob)
    }

    /// The descriptor to wait for.
    let descriptor: Int32

    private let writer: Int32
    private let waiting = Mutex<[Result]>([])
    private let stopping = Mutex(false)

    init() throws(FetchSpoolError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw FetchSpoolError(.readFailed, "the system gives no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writer) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    /// Whether transfers are to end.
    var isStopping: Bool { stopping.withLock { $0 } }

    /// Has transfers end.
    func stop() { stopping.withLock { $0 = true } }

    /// Hands something back.
    func put(_ result: Result) {
        waiting.withLock { $0.append(result) }
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(writer, &byte, 1)
    }

    /// Takes what has come.
    func take() -> [Result] {
        var drained = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &drained, drained.count) > 0 {}
        return waiting.withLock { results in
            defer { results = [] }
            return results
        }
    }
}
