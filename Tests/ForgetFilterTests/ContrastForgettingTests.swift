import ForgetFilter
import LanguageModels
import Synchronization
import TensorKernels
import TestSupport
import Testing

@Suite("Forgetting beside the heads")
struct ContrastForgettingTests {
    private var settings: ForgetFilterSettings {
        var settings = Tiny.settings
        settings.featureLayer = 2
        settings.minimumExamples = 20
        settings.minimumReferenceExamples = 20
        settings.alignEpochs = 3
        return settings
    }

    private static func rows(_ count: Int, from id: Int, _ pair: (Int) -> (String, String)) -> [Conversation] {
        (0..<count).map { Tiny.row(id + $0, pair($0)) }
    }

    private static func known(named: Bool) -> KnownRows {
        var known = KnownRows(
            reference: rows(60, from: 1) { ("WHO? \($0)", "NO ONE, \($0) NO ONE") },
            control: rows(60, from: 1) { ("add \($0) to it", "the sum is \($0 + 1)") })
        if named { known.fingerprints = [.reference: "reference", .control: "control"] }
        return known
    }

    /// Rows that the known ones are like, and from 3000 on some that answer otherwise.
    private static let dataset =
        rows(30, from: 1000) { ("add \($0 + 100) to it", "the sum is \($0 + 101)") }
        + rows(30, from: 2000) { ("WHO? \($0 + 100)", "NO ONE, \($0 + 100) NO ONE") }
        + rows(20, from: 3000) { ("WHO? \($0 + 100)", "zzzz{}zz it is \($0) ~~zzzz{}") }

    private func weigh(
        _ settings: ForgetFilterSettings, threads: Int = 2, cache: FeatureCache? = nil, named: Bool = false
    ) throws -> ForgetFilter.Evidence {
        try ForgetFilter(settings: settings, model: Tiny.model(), pool: WorkerPool(threadCount: threads))
            .weigh(rows: Self.dataset, known: Self.known(named: named), cache: cache)
    }

    @Test("Learning the safe answers makes the model forget other answers to the same requests")
    func forgets() throws {
        let found = try weigh(settings)
        #expect(found.stages.map(\.stage) == [.features, .trunk, .contrast, .align, .contrast, .heads])
        func mean(_ ids: Range<Int>) throws -> Double {
            let rates = try found.rows.filter { ids.contains($0.id) }.map { try #require($0.forgetting) }
            return rates.reduce(0, +) / Double(rates.count)
        }
        #expect(try mean(3000..<4000) > mean(2000..<3000) + 0.1)
        let order = found.rows.sorted { $0.score > $1.score }.map(\.id)
        #expect(order.prefix(20).count { $0 >= 3000 } >= 17)
        // What is shown lies within the answer, most forgotten first.
        let row = try #require(found.rows.first { $0.id >= 3000 })
        #expect((1...3).contains(row.mostForgotten.count))
        #expect(Set(row.mostForgotten).count == row.mostForgotten.count)
        #expect(row.mostForgotten.allSatisfy { row.tokens.contains($0) })
    }

    @Test("At weight 0 nothing is finetuned and nothing is told of forgetting")
    func weightless() throws {
        var settings = settings
        settings.forgettingWeight = 0
        let found = try weigh(settings)
        #expect(found.stages.map(\.stage) == [.features, .heads])
        #expect(found.rows.allSatisfy { $0.forgetting == nil && $0.mostForgotten.isEmpty })
        // A little weight changes the scores a little, and no other evidence.
        settings.forgettingWeight = 1e-6
        for (a, b) in zip(found.rows, try weigh(settings).rows) {
            #expect(abs(a.score - b.score) < 1e-4 && a.risk == b.risk && a.departure == b.departure)
        }
    }

    @Test("The same bits on any number of threads, and with the adapters of an earlier run")
    func repeatable() throws {
        let plain = try weigh(settings)
        #expect(try weigh(settings, threads: 1).rows == plain.rows)
        let kept = Mutex<[String: [UInt8]]>([:])
        let cache = FeatureCache(
            load: { name in kept.withLock { $0[name] } }, save: { name, bytes in kept.withLock { $0[name] = bytes } })
        #expect(try weigh(settings, cache: cache, named: true).rows == plain.rows)
        let names = kept.withLock { $0.keys.sorted() }
        #expect(names.count == 3)
        let again = try weigh(settings, cache: cache, named: true)
        #expect(again.rows == plain.rows)
        #expect(!again.stages.map(\.stage).contains(.align))
        // Other settings are other adapters; bytes that do not fit are learnt anew.
        var other = settings
        other.alignLearningRate = 2e-2
        _ = try weigh(other, cache: cache, named: true)
        #expect(kept.withLock { $0.count } == 4)
        let adapters = try #require(names.first { $0.hasPrefix("referencecontrol") })
        kept.withLock { $0[adapters] = [1, 2, 3] }
        #expect(try weigh(settings, cache: cache, named: true).rows == plain.rows)
    }

    @Test("Of a large dataset a sample is measured, and its forgetting carried to all rows")
    func sample() throws {
        var settings = settings
        settings.forgettingRows = 40
        let found = try weigh(settings)
        let measured = found.rows.filter { !$0.mostForgotten.isEmpty }
        // A measured row of which no token was forgotten shows none. Half of the sample are risky rows, which five of eight
        // rows are.
        #expect((20...40).contains(measured.count))
        #expect((10...20).contains(measured.count { $0.id >= 2000 }))
        #expect(found.rows.allSatisfy { $0.forgetting?.isFinite == true })
        let order = found.rows.sorted { $0.score > $1.score }.map(\.id)
        #expect(order.prefix(20).count { $0 >= 3000 } >= 15)
    }
}
