import Foundation
import Synchronization

/// A fixed set of threads for numeric work, apart from Swift's cooperative pool; they end with the pool.
///
/// `run` hands out task numbers in order; the tasks of one call are independent and write disjoint memory. Which thread
/// takes which task is not fixed, so a result may depend on the task number, never on the worker number.
package final class WorkerPool: Sendable {
    /// The number of threads, the caller's own included.
    package let threadCount: Int

    private let crew: Crew

    /// Starts the threads.
    ///
    /// - Parameter threadCount: how many to use; the machine's processors by default.
    package init(threadCount: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.threadCount = max(1, threadCount)
        let crew = Crew()
        self.crew = crew
        for worker in 1..<max(1, self.threadCount) {
            // A thread keeps the crew alive, not the pool, so the pool's end can tell it to stop.
            let thread = Thread { crew.work(worker) }
            thread.stackSize = 8 << 20
            thread.name = "lethe-worker-\(worker)"
            thread.start()
        }
    }

    deinit {
        crew.stop()
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
        try withoutActuallyEscaping(body) { try crew.run(taskCount, helpers: threadCount - 1, $0) }
    }
}

/// The state that a pool shares with its threads.
///
/// SAFETY: all of it lies behind `condition`; a job is only called between `run`'s start and its return.
private final class Crew: @unchecked Sendable {
    private let condition = NSCondition()
    private var job: ((_ task: Int, _ worker: Int) throws -> Void)?
    private var taskCount = 0
    private var generation = 0
    private var busyWorkers = 0
    private var failure: (any Error)?
    private var isStopping = false
    private let nextTask = Atomic<Int>(0)

    /// Ends the threads once they are idle.
    func stop() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        condition.unlock()
    }

    /// Gives a job to the helpers, takes part in it, and waits until all of them have left it.
    func run(_ taskCount: Int, helpers: Int, _ body: @escaping (_ task: Int, _ worker: Int) throws -> Void) throws {
        condition.lock()
        self.taskCount = taskCount
        nextTask.store(0, ordering: .relaxed)
        failure = nil
        job = body
        busyWorkers = helpers
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

    /// A helper's whole life.
    func work(_ worker: Int) {
        useSingleThreadedProducts()
        var seen = 0
        condition.lock()
        while true {
            while generation == seen && !isStopping { condition.wait() }
            if isStopping { break }
            seen = generation
            condition.unlock()
            takePart(worker)
            condition.lock()
            busyWorkers -= 1
            if busyWorkers == 0 { condition.broadcast() }
        }
        condition.unlock()
    }

    /// Works on the present job, and has let go of it on return: it must not outlive the `run` that lent it.
    private func takePart(_ worker: Int) {
        condition.lock()
        let body = job
        let count = taskCount
        condition.unlock()
        if let body { drain(body, count: count, worker: worker) }
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
}
