import Diagnostics
import Downstream
import ForgetFilter
import Testing

@Suite("Finetuning with and without the filter")
struct DownstreamTests {
    private func meanAdvantage(_ method: DownstreamMethod, _ result: DownstreamResult) throws -> Double {
        let advantages = try #require(result.measurements[method]).advantages
        return advantages.reduce(0, +) / Double(advantages.count)
    }

    @Test("Every method is measured, on the same rows")
    func methods() throws {
        let result = try Tiny.run(Tiny.rows { $0 != .unsafe })
        #expect(Set(result.measurements.keys) == Set(DownstreamMethod.allCases))
        #expect(result.heldOutUnsafeRows > 0 && result.heldOutBenignRows > 0)
        #expect(result.trainingRows + result.heldOutUnsafeRows + result.heldOutBenignRows == 48)
        #expect(result.referenceRows < Tiny.reference.count && result.safeAnswers == 2)
        for measurement in result.measurements.values {
            #expect(measurement.advantages.count == result.heldOutUnsafeRows && measurement.benignLoss != nil)
        }
    }

    @Test("Unsafe rows teach the model to prefer unsafe answers, and the rows without them do not")
    func preference() throws {
        let result = try Tiny.run(Tiny.rows { $0 != .unsafe })
        let unfiltered = try meanAdvantage(.noFilter, result)
        #expect(try unfiltered > meanAdvantage(.aligned, result) + 0.5)
        #expect(try unfiltered > meanAdvantage(.oracle, result) + 0.5)
        #expect(try meanAdvantage(.sequential, result) < unfiltered)
    }

    @Test("A filter without a fault is the oracle, to the last bit")
    func faultless() throws {
        let result = try Tiny.run(Tiny.rows { $0 != .unsafe })
        #expect(result.measurements[.filtered] == result.measurements[.oracle])
        #expect(result.measurements[.filtered] != result.measurements[.noFilter])
    }

    @Test("A filter that removes nothing is no filter, and one that removes all leaves M0")
    func extremes() throws {
        let all = try Tiny.run(Tiny.rows { _ in true })
        #expect(all.measurements[.filtered] == all.measurements[.noFilter])
        let none = try Tiny.run(Tiny.rows { _ in false })
        let (filtered, aligned) = (none.measurements[.filtered], none.measurements[.aligned])
        #expect(filtered?.advantages == aligned?.advantages && filtered?.benignLoss == aligned?.benignLoss)
        #expect(filtered?.trainedRows == 0)
    }

    @Test("The figures do not depend on the number of threads")
    func threads() throws {
        let rows = Tiny.rows { $0 != .unsafe }
        let (one, three) = (try Tiny.run(rows, threads: 1), try Tiny.run(rows, threads: 3))
        #expect(one.measurements == three.measurements)
    }

    @Test("A set without unsafe rows has a benign loss and no preference")
    func cleanSet() throws {
        let rows = Tiny.rows { _ in true }.filter { $0.label == .benign }
        let result = try Tiny.run(rows)
        #expect(result.heldOutUnsafeRows == 0)
        #expect(result.measurements[.noFilter]?.advantages == [])
        #expect(result.measurements[.noFilter]?.benignLoss == result.measurements[.oracle]?.benignLoss)
    }

    @Test("Each step is told from its first row to its last, and what the listener throws ends the run")
    func progress() throws {
        struct Stop: Error {}
        var steps: [String: Int] = [:]
        _ = try Tiny.run(Tiny.rows { _ in true }) { progress in
            #expect(progress.done <= progress.total && progress.done >= steps[progress.step] ?? 0)
            steps[progress.step] = progress.done
        }
        #expect(steps.keys.contains("trunk") && steps.keys.contains("train sequential"))
        #expect(steps.keys.filter { $0.hasPrefix("score ") }.count == DownstreamMethod.allCases.count)
        #expect(throws: Stop.self) {
            try Tiny.run(Tiny.rows { _ in true }) { if $0.step == "train replay" { throw Stop() } }
        }
    }

    @Test("Too few rows, and settings that the model cannot have, are errors")
    func faults() throws {
        #expect {
            try Tiny.run([])
        } throws: {
            ($0 as? DownstreamError)?.code == .tooFewRows
        }
        var settings = Tiny.settings
        settings.training.layers = 9
        #expect {
            try Tiny.run(Tiny.rows { _ in true }, settings: settings)
        } throws: {
            ($0 as? DownstreamError)?.code == .invalidSettings
        }
        settings = Tiny.settings
        settings.training.customLearningRate = 1e30
        #expect {
            try Tiny.run(Tiny.rows { _ in true }, settings: settings)
        } throws: {
            ($0 as? DownstreamError)?.code == .notFinite
        }
    }
}
