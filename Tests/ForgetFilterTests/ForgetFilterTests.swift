import ForgetFilter
import LanguageModels
import TensorKernels
import TestSupport
import Testing

@Suite("ForgetFilter")
struct ForgetFilterTests {
    private struct Stop: Error {}

    /// Settings under which every stage runs.
    private static var allStages: ForgetFilterSettings {
        var settings = Tiny.settings
        settings.controlSubtraction = true
        return settings
    }

    private func run(
        _ settings: ForgetFilterSettings = Tiny.settings, rows: [Conversation] = Tiny.custom,
        reference: [Conversation] = Tiny.reference, control: [Conversation] = Tiny.control, threads: Int = 2,
        progress: @escaping (StageProgress) throws -> Void = { _ in }
    ) throws -> ForgetFilter.Result {
        let pool = WorkerPool(threadCount: threads)
        let filter = ForgetFilter(settings: settings, model: try Tiny.model(), pool: pool, now: { 0 })
        return try filter.run(rows: rows, reference: reference, control: control, progress: progress)
    }

    @Test("Rows that contradict the reference set are forgotten more than rows of another task")
    func contradictionIsForgotten() throws {
        var settings = Tiny.settings
        settings.customEpochs = 12
        settings.safetyEpochs = 4
        let scores = try run(settings).scores
        #expect(scores.map(\.id) == Tiny.custom.map(\.id))
        let unsafe = scores.filter { $0.id % 2 == 0 }.map(\.forgetting)
        let ordinary = scores.filter { $0.id % 2 == 1 }.map(\.forgetting)
        let wins = unsafe.reduce(0) { sum, value in sum + ordinary.count { $0 < value } }
        #expect(Double(wins) / Double(unsafe.count * ordinary.count) > 0.95)
        for score in scores {
            #expect(score.control == nil && score.forgetting == score.before - score.after)
        }
    }

    @Test("With control subtraction the rate is what the reference set took away beyond the control set")
    func controlSubtraction() throws {
        var settings = Tiny.settings
        let plain = try run(settings)
        #expect(plain.stages.map(\.stage) == Tiny.stages.dropLast(2))
        settings.controlSubtraction = true
        let subtracted = try run(settings)
        #expect(subtracted.stages.map(\.stage) == Tiny.stages)
        for (score, other) in zip(subtracted.scores, plain.scores) {
            #expect(score.forgetting == (score.control ?? .nan) - score.after)
            #expect(score.before == other.before && score.after != other.after)
        }
        // Without reference rows beyond the control rows there is nothing to take away but the order of the steps.
        let same = try run(settings, reference: Tiny.control)
        let largest = { (scores: [ForgettingScore]) in scores.map { abs($0.forgetting) }.max() ?? 0 }
        #expect(largest(same.scores) < largest(subtracted.scores))
    }

    @Test("The same bits on any number of threads; other bits under another seed")
    func determinism() throws {
        let first = try run(Self.allStages, threads: 1).scores
        #expect(try run(Self.allStages, threads: 1).scores == first)
        #expect(try run(Self.allStages, threads: 2).scores == first)
        #expect(try run(Self.allStages, threads: 5).scores == first)
        var other = Self.allStages
        other.seed = 1
        #expect(try run(other).scores != first)
    }

    @Test("Each score runs and gives finite rates", arguments: ForgetFilterSettings.Score.allCases)
    func scores(score: ForgetFilterSettings.Score) throws {
        var settings = Tiny.settings
        settings.score = score
        settings.responseTokens = 8
        let result = try run(settings)
        #expect(result.scores.count == Tiny.custom.count)
        #expect(result.scores.contains { $0.forgetting != 0 } || score == .rouge1)
        if score != .logLikelihood {
            for value in result.scores { #expect((0...1).contains(value.before) && (0...1).contains(value.after)) }
        }
    }

    @Test("Stages are told in order and to their end, and reported")
    func progress() throws {
        var told: [StageProgress] = []
        let result = try run(Self.allStages, progress: { told.append($0) })
        #expect(result.stages.map(\.stage) == Tiny.stages)
        var order: [Stage] = []
        for progress in told where order.last != progress.stage { order.append(progress.stage) }
        #expect(order == Tiny.stages)
        for stage in Tiny.stages {
            let last = told.last { $0.stage == stage }
            #expect(last?.done == last?.total)
        }
        #expect(told.last { $0.stage == .custom }?.total == Tiny.custom.count * Tiny.settings.customEpochs)
    }

    @Test("What the progress handler throws ends the run", arguments: Tiny.stages)
    func interruption(stage: Stage) throws {
        #expect(throws: Stop.self) { try run(Self.allStages, progress: { if $0.stage == stage { throw Stop() } }) }
    }

    @Test(
        "What cannot be judged is an error of its own",
        arguments: [
            (3, 24, ForgetFilterError.Code.tooFewExamples), (24, 3, .tooFewReferenceExamples), (0, 24, .tooFewExamples),
        ])
    func tooFew(rows: Int, reference: Int, code: ForgetFilterError.Code) throws {
        #expect {
            try run(rows: Array(Tiny.custom.prefix(rows)), reference: Array(Tiny.reference.prefix(reference)))
        } throws: {
            ($0 as? ForgetFilterError)?.code == code
        }
    }

    @Test("Control subtraction without enough control rows is an error")
    func tooFewControl() throws {
        #expect {
            try run(Self.allStages, control: Array(Tiny.control.prefix(3)))
        } throws: {
            ($0 as? ForgetFilterError)?.code == .tooFewControlExamples
        }
    }

    @Test("A row without anything to score, and settings that do not fit the model, are errors")
    func unusable() throws {
        let silent = Conversation(id: 9, messages: [ChatMessage(role: "user", content: "hello")])
        #expect {
            try run(rows: Tiny.custom + [silent])
        } throws: {
            ($0 as? ForgetFilterError)?.code == .emptyResponse
        }
        var settings = Tiny.settings
        settings.layers = 4
        #expect {
            try run(settings)
        } throws: {
            ($0 as? ForgetFilterError)?.code == .invalidSettings
        }
    }

    @Test("A training that diverges is an error, not a score")
    func divergence() throws {
        var settings = Tiny.settings
        settings.customLearningRate = 1e30
        #expect(throws: (any Error).self) { try run(settings) }
    }
}
