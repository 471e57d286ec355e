import Synchronization
import TensorKernels
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
    private struct Failure: Error {}

    @Test("Every task runs exactly once, over many runs", arguments: [1, 2, 5])
    func everyTaskOnce(threads: Int) throws {
        let pool = WorkerPool(threadCount: threads)
        for count in [0, 1, 2, 7, 100] {
            let counts = Mutex([Int](repeating: 0, count: count))
            try pool.run(count) { task, worker in
                #expect((0..<threads).contains(worker))
                counts.withLock { $0[task] += 1 }
            }
            #expect(counts.withLock { $0 } == [Int](repeating: 1, count: count))
        }
    }

    @Test("An error ends the run, reaches the caller, and leaves the pool usable", arguments: [1, 3])
    func errorsPropagate(threads: Int) throws {
        let pool = WorkerPool(threadCount: threads)
        #expect(throws: Failure.self) {
            try pool.run(50) { task, _ in if task == 7 { throw Failure() } }
        }
        let sum = Atomic<Int>(0)
        try pool.run(10) { task, _ in sum.add(task, ordering: .relaxed) }
        #expect(sum.load(ordering: .relaxed) == 45)
    }
}
