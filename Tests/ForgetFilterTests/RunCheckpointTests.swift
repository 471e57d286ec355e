import ForgetFilter
import Foundation
import LanguageModels
import Synchronization
import TensorKernels
import Testing

@Suite("Going on from a checkpoint")
struct RunCheckpointTests {
    private struct Stop: Error {}

    private static var settings: ForgetFilterSettings {
        var settings = Tiny.settings
        settings.controlSubtraction = true
        return settings
    }

    /// Keeps checkpoints in memory, as bytes.
    private final class Memory: Sendable {
        private let kept = Mutex<(bytes: [UInt8]?, saves: Int)>((nil, 0))

        var bytes: [UInt8]? { kept.withLock { $0.bytes } }
        var saves: Int { kept.withLock { $0.saves } }

        var checkpoints: RunCheckpoints {
            RunCheckpoints(
                interval: 0, load: { self.bytes.flatMap { RunCheckpoint($0, fingerprint: "f") } },
                save: { checkpoint in
                    let bytes = try checkpoint.encoded(fingerprint: "f")
                    self.kept.withLock { $0 = (bytes, $0.saves + 1) }
                })
        }
    }

    private func run(
        _ checkpoints: RunCheckpoints? = nil, stopAt: Int = .max
    ) throws -> ForgetFilter.Result {
        var steps = 0
        let filter = ForgetFilter(
            settings: Self.settings, model: try Tiny.model(), pool: WorkerPool(threadCount: 2), now: { 0 })
        return try filter.run(
            rows: Tiny.custom, reference: Tiny.reference, control: Tiny.control, checkpoints: checkpoints
        ) { progress in
            guard progress.loss != nil else { return }
            steps += 1
            if steps == stopAt { throw Stop() }
        }
    }

    @Test(
        "A run that is stopped after any step and started again gives the same bits", arguments: [1, 5, 9, 14, 20, 24])
    func resume(step: Int) throws {
        let undisturbed = try run()
        let memory = Memory()
        #expect(throws: Stop.self) { try run(memory.checkpoints, stopAt: step) }
        #expect(memory.saves > 0)
        let resumed = try run(memory.checkpoints)
        #expect(resumed.scores == undisturbed.scores)
        #expect(resumed.stages.map(\.stage) == Tiny.stages)
        #expect(resumed.stages.map(\.meanLoss) == undisturbed.stages.map(\.meanLoss))
    }

    @Test("A run that is stopped again and again makes all of its steps once")
    func resumeOften() throws {
        let undisturbed = try run()
        let memory = Memory()
        var rounds = 0
        while true {
            rounds += 1
            do {
                let result = try run(memory.checkpoints, stopAt: 3)
                #expect(result.scores == undisturbed.scores)
                break
            } catch is Stop {}
            try #require(rounds < 100)
        }
        #expect(rounds > 5)
    }

    @Test("Bytes of another run, cut ones and others are no checkpoint")
    func foreignBytes() throws {
        let memory = Memory()
        #expect(throws: Stop.self) { try run(memory.checkpoints, stopAt: 20) }
        let bytes = try #require(memory.bytes)
        let checkpoint = try #require(RunCheckpoint(bytes, fingerprint: "f"))
        #expect(try checkpoint.encoded(fingerprint: "f") == bytes)
        #expect(RunCheckpoint(bytes, fingerprint: "g") == nil)
        for count in [0, 5, 12, 20, 100, bytes.count - 1] {
            #expect(RunCheckpoint(Array(bytes.prefix(count)), fingerprint: "f") == nil)
        }
        #expect(RunCheckpoint(bytes + [0], fingerprint: "f") == nil)
        var huge = bytes
        for index in 12..<20 { huge[index] = 255 }
        #expect(RunCheckpoint(huge, fingerprint: "f") == nil)
    }
}
