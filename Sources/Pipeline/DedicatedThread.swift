import Foundation

/// Runs blocking work on a thread of its own, so that Swift's cooperative pool stays free.
package enum DedicatedThread {
    /// Waits, without blocking a pool thread, for `body` to end on a new thread.
    package static func run<T: Sendable>(
        name: String, _ body: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(with: Result { try body() })
            }
            thread.name = name
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
