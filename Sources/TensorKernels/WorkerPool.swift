import Foundation
import Synchronization

/// A fixed set of threads for numeric work, apart from Swift's cooperative pool.
///
/// `run` hands out task numbers in order; the tasks of one call are independent and write disjoint memory. Which thread
/// takes which task is not fixed, so a result may depend on the task number, never on the worker number.
///
/// SAFETY: all shared state lies behind `condition`; the body is only called between `run`'s start and its return.
package final class WorkerPool: @unchecked Sendable {
    /// The number of threads, the caller's own included.
    package let threadCount: Int

    private let condition = NSCondition()
    private var job: ((_ task: Int, _ worker: Int) throws -> Void)?
    private var taskCount = 0
    private var generation = 0
    private var busyWorkers = 0
    private var failure: (any Error)?
    private var isStopping = false
    private let nextTask = Atomic<Int>(0)

    /// Starts the threads.
    ///
    /// - Parameter threadCount: how many to use; the machine's processors by default.
    package init(threadCount: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.threadCount = max(1, threadCount)
        for worker in 1..<max(1, self.threadCount) {
            let thread = Thread { [unowned self] in self.work(worker) }
            thread.stackSize = 8 << 20
            thread.name = "lethe-worker-\(worker)"
            thread.start()
        }
    }

    /// Ends the threads; call it when no `run` is under way.
    ///
    /// The pool cannot be used afterwards.
    package func stop() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        condition.unlock()
    }

    /// Runs `body` for every task number below `taskCount` and returns when all have ended.
    ///
    /// The caller's thread works too; calls from several threads at once are not allowed.
    ///
    /// - Throws: the first error that a task threw; the tasks not yet begun are then left out.
    package func run(_ taskCount: Int, _ body: (_ task: Int, _ worker: Int) throws -> Void) throws {
        useSingleThreadedProducts()
        if threadCount == 1 || taskCount <= 1 {
            for task in 0..<taskCount { try body(task, 0) }
            return
        }
        try withoutActuallyEscaping(body) { body in
            condition.lock()
            self.taskCount = taskCount
            nextTask.store(0, ordering: .relaxed)
            failure = nil
            job = body
            busyWorkers = threadCount - 1
            generation += 1
            condition.broadcast()
            condition.unlock()

            drain(body, count: taskCount, worker: 0)

            condition.lock()
            while busyWorkers > 0 { condition.wait() }
            job = nil
            let failure = self.failure
            condition.unlock()
            if let failure { throw failure }
        }
    }

    private func drain(_ body: (Int, Int) throws -> Void, count: Int, worker: Int) {
        while true {
            let task = nextTask.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
            guard task < count else { return }
            do {
                try body(task, worker)
            } catch {
                condition.lock()
                if failure == nil { failure = error }
                condition.unlock()
                nextTask.store(count, ordering: .releasing)
                return
            }
        }
    }

    private func work(_ worker: Int) {
        useSingleThreadedProducts()
        var seen = 0
        condition.lock()
        while true {
            while generation == seen && !isStopping { condition.wait() }
            if isStopping { break }
            seen = generation
            let body = job
            let count = taskCount
            condition.unlock()
            if let body { drain(body, count: count, worker: worker) }
            condition.lock()
            busyWorkers -= 1
            if busyWorkers == 0 { condition.broadcast() }
        }
        condition.unlock()
    }
}
