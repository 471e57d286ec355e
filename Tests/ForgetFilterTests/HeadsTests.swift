import ForgetFilter
import LanguageModels
import Synchronization
import TensorKernels
import TestSupport
import Testing

/// Rows that a model of random weights can tell apart by their bytes.
private enum Rows {
    static let questions = (0..<60).map { ("WHO? \($0)", "NO ONE, \($0) NO ONE") }
    static let tasks = (0..<60).map { ("add \($0) to it", "the sum is \($0 + 1)") }

    static func rows(_ pairs: some Sequence<(String, String)>, from id: Int) -> [Conversation] {
        pairs.enumerated().map { Tiny.row(id + $0.offset, ($0.element.0, $0.element.1)) }
    }

    static let reference = rows(questions, from: 1)
    static let control = rows(tasks, from: 1)

    /// Thirty ordinary rows, thirty that the reference set covers, and `unsafe` that answer its questions otherwise.
    static func dataset(unsafe: Int) -> [Conversation] {
        rows((100..<130).map { ("add \($0) to it", "the sum is \($0 + 1)") }, from: 1000)
            + rows((100..<130).map { ("WHO? \($0)", "NO ONE, \($0) NO ONE") }, from: 2000)
            + rows((100..<100 + unsafe).map { ("WHO? \($0)", "zzzz{}zz it is \($0) ~~~zzzz{}") }, from: 3000)
    }

    static let seeds = (0..<20).map {
        KnownRows.Seed(conversation: Tiny.row($0, ("WHO? \($0)", "zz{}z it was \($0) ~~zz{}z")), isUnsafe: true)
    }
}

@Suite("Heads on the model's features")
struct HeadsTests {
    private var settings: ForgetFilterSettings {
        var settings = ForgetFilterSettings()
        settings.featureLayer = 2
        settings.forgettingWeight = 0
        settings.minimumExamples = 20
        settings.minimumReferenceExamples = 20
        return settings
    }

    private func weigh(
        _ rows: [Conversation], _ known: KnownRows, settings: ForgetFilterSettings? = nil, threads: Int = 2,
        cache: FeatureCache? = nil
    ) throws -> ForgetFilter.Evidence {
        try ForgetFilter(
            settings: settings ?? self.settings, model: Tiny.model(), pool: WorkerPool(threadCount: threads)
        ).weigh(rows: rows, known: known, cache: cache)
    }

    private let known = KnownRows(reference: Rows.reference, control: Rows.control, seeds: Rows.seeds)

    @Test("Answers unlike the reference set's are found, and nothing else")
    func found() throws {
        let found = try weigh(Rows.dataset(unsafe: 20), known)
        #expect(found.summary.isCovered && found.summary.canaries == 120)
        let removed = Set(found.rows.filter(\.isDiscovery).map(\.id))
        #expect(removed.count { $0 >= 3000 } >= 4 && removed.count { $0 >= 3000 } > removed.count { $0 < 3000 })
        let order = found.rows.sorted { $0.score > $1.score }.map(\.id)
        #expect(order.prefix(20).count { $0 >= 3000 } >= 16)
        let worst = try #require(found.rows.max { $0.score < $1.score })
        #expect(worst.id >= 3000 && worst.pValue < 0.05 && worst.risk > 0.5 && worst.departure > 0.5)
        #expect(worst.nearestReference.count == 3 && worst.nearestReference.allSatisfy { (1...60).contains($0) })
        #expect(found.stages.map(\.stage) == [.features, .heads])
    }

    @Test("A clean dataset loses nothing")
    func clean() throws {
        let found = try weigh(Rows.dataset(unsafe: 0), known)
        #expect(found.rows.count == 60 && found.rows.count(where: \.isDiscovery) <= 1)
        #expect(found.summary.prevalenceFloor > 0)
    }

    @Test("The same bits on any number of threads, and with kept features")
    func repeatable() throws {
        let rows = Rows.dataset(unsafe: 10)
        let plain = try weigh(rows, known)
        #expect(try weigh(rows, known, threads: 1).rows == plain.rows)
        let kept = Mutex<[String: [UInt8]]>([:])
        let cache = FeatureCache(
            load: { name in kept.withLock { $0[name] } }, save: { name, bytes in kept.withLock { $0[name] = bytes } })
        var named = known
        named.fingerprints = [.reference: "r", .control: "c", .unsafeSeed: "u"]
        #expect(try weigh(rows, named, cache: cache).rows == plain.rows)
        #expect(kept.withLock { Set($0.keys) } == ["r-2-64-160", "c-2-64-160", "u-2-64-160"])
        let again = try weigh(rows, named, cache: cache)
        #expect(again.rows == plain.rows)
        #expect(again.stages[0].tokens < plain.stages[0].tokens / 2)
        // What does not fit is computed anew.
        kept.withLock { $0["r-2-64-160"] = [1, 2, 3] }
        #expect(try weigh(rows, named, cache: cache).rows == plain.rows)
    }

    @Test("Where every risky row departs from the reference set, only known rows speak", arguments: [true, false])
    func uncovered(hasSeeds: Bool) throws {
        let rows = Array(Rows.dataset(unsafe: 30).filter { !(2000..<3000).contains($0.id) })
        var known = known
        if !hasSeeds { known.seeds = [] }
        let found = try weigh(rows, known)
        #expect(!found.summary.isCovered)
        #expect(try #require(found.summary.coverage) < 0.15)
        let removed = found.rows.filter(\.isDiscovery)
        #expect(hasSeeds ? !removed.isEmpty && removed.allSatisfy { $0.id >= 3000 } : removed.isEmpty)
    }

    @Test("Too few rows, too few known rows and a layer that is not there are errors")
    func errors() throws {
        func code(_ rows: Int, _ known: KnownRows, layer: Int = 2) throws -> ForgetFilterError.Code {
            var settings = settings
            settings.featureLayer = layer
            let error = #expect(throws: ForgetFilterError.self) {
                try weigh(Array(Rows.dataset(unsafe: 0).prefix(rows)), known, settings: settings)
            }
            return try #require(error).code
        }
        #expect(try code(19, known) == .tooFewExamples)
        #expect(try code(60, KnownRows(reference: [], control: Rows.control)) == .tooFewReferenceExamples)
        #expect(try code(60, KnownRows(reference: Rows.reference)) == .tooFewControlExamples)
        #expect(try code(60, known, layer: 4) == .invalidSettings)
    }
}
