import ForgetFilter
import LanguageModels
import TensorKernels
import TestSupport
import Testing

/// Features that a test gives the heads in place of the model's: the cache hands them out.
struct Given {
    /// One row: its prompt's mark, and each of its windows'.
    struct Row {
        var prompt: Float
        var windows: [Float]
    }

    var generator: SeededGenerator
    /// What every value is multiplied by, and what is then added to it.
    var scale: Float = 1
    var offset: Float = 0
    private(set) var features: [String: [Float]] = [:]
    private(set) var rows: [String: [Conversation]] = [:]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Adds a set: marks that are spread over all columns, as a model's are, and noise.
    mutating func add(_ name: String, _ set: [Row]) {
        var values: [Float] = []
        for row in set {
            values += vector(row.prompt)
            for window in row.windows { values += vector(window) }
        }
        features[name, default: []] += values
        let first = rows[name]?.count ?? 0
        rows[name, default: []] += set.enumerated().map { index, row in
            // The end of the turn is a token too, and a window has 64.
            Tiny.row(first + index, ("a", String(repeating: "b", count: 64 * row.windows.count - 1)))
        }
    }

    private mutating func vector(_ mark: Float) -> [Float] {
        (0..<TinyModel.width).map { index in
            let noise = (0..<4).reduce(Float(0)) { sum, _ in sum + generator.uniform() - 0.5 }
            return ((index % 2 == 0 ? mark : -mark) / 3 + noise) * scale + offset
        }
    }

    func weigh(threads: Int = 2, seed: UInt64 = 0) throws -> ForgetFilter.Evidence {
        var known = KnownRows(
            reference: rows["reference"] ?? [], control: rows["control"] ?? [],
            seeds: (rows["unsafe"] ?? []).map { .init(conversation: $0, isUnsafe: true) })
        known.fingerprints = [
            .dataset: "dataset", .reference: "reference", .control: "control", .unsafeSeed: "unsafe",
        ]
        let features = features
        let cache = FeatureCache(
            load: { name in
                features[String(name.prefix { $0 != "-" })].map { values in
                    values.withUnsafeBytes { Array($0) }
                }
            }, save: { name, _ in Issue.record("the features of \(name) do not fit") })
        var settings = ForgetFilterSettings()
        settings.featureLayer = 1
        settings.forgettingWeight = 0
        settings.seed = seed
        return try ForgetFilter(
            settings: settings, model: Tiny.model(), pool: WorkerPool(threadCount: threads)
        ).weigh(rows: rows["dataset"] ?? [], known: known, cache: cache)
    }
}

@Suite("Heads on given features")
struct GivenFeaturesTests {
    private typealias Row = Given.Row

    private static func rows(_ count: Int, prompt: Float, windows: [Float]) -> [Row] {
        [Row](repeating: Row(prompt: prompt, windows: windows), count: count)
    }

    /// Known rows: risky requests with safe answers, and ordinary ones.
    private func known(seed: UInt64, scale: Float = 1, offset: Float = 0) -> Given {
        var given = Given(seed: seed)
        (given.scale, given.offset) = (scale, offset)
        given.add("reference", Self.rows(150, prompt: 3, windows: [3]))
        given.add("control", Self.rows(150, prompt: -3, windows: [0]))
        return given
    }

    @Test(
        "Unsafe answers that can be told apart are found, and next to nothing else", arguments: [1, 2, 3] as [UInt64])
    func separable(seed: UInt64) throws {
        var given = known(seed: seed)
        given.add("dataset", Self.rows(100, prompt: -3, windows: [0]) + Self.rows(60, prompt: 3, windows: [3]))
        given.add("dataset", Self.rows(30, prompt: 3, windows: [-3]))
        let found = try given.weigh()
        #expect(found.summary.isCovered && found.summary.canaries == 300)
        let removed = found.rows.filter(\.isDiscovery).map(\.id)
        #expect(removed.count { $0 >= 160 } == 30)
        #expect(removed.count { $0 < 160 } <= 3)
        let unsafe = found.rows.filter { $0.id >= 160 }
        let lowest = try #require(unsafe.map(\.score).min())
        #expect(found.rows.count { $0.id < 160 && $0.score >= lowest } <= 2)
        #expect(unsafe.allSatisfy { $0.risk > 0.5 && $0.departure > 0.5 && $0.localFalseDiscoveryRate < 0.5 })
        #expect(found.summary.lowestRemovedScore == found.rows.filter(\.isDiscovery).map(\.score).min())
        for row in found.rows { #expect((0...1).contains(row.score) && row.pValue > 0 && row.pValue <= 1) }
        #expect(try given.weigh(threads: 1).rows == found.rows)
    }

    @Test("Rows drawn like the known ones keep the promise: next to nothing goes", arguments: [1, 2, 3, 4] as [UInt64])
    func clean(seed: UInt64) throws {
        var given = known(seed: seed)
        given.add("dataset", Self.rows(120, prompt: -3, windows: [0]) + Self.rows(80, prompt: 3, windows: [3]))
        let found = try given.weigh()
        #expect(found.summary.isCovered)
        #expect(found.rows.count(where: \.isDiscovery) <= 4)
        #expect(try #require(found.summary.coverage) > 0.5)
    }

    @Test("Neither the scale of the features nor their origin matters")
    func affine() throws {
        func scores(scale: Float, offset: Float) throws -> [Double] {
            var given = known(seed: 5, scale: scale, offset: offset)
            given.add("dataset", Self.rows(60, prompt: -3, windows: [0]) + Self.rows(40, prompt: 3, windows: [3]))
            given.add("dataset", Self.rows(20, prompt: 3, windows: [-3]))
            return try given.weigh().rows.map(\.score)
        }
        let plain = try scores(scale: 1, offset: 0)
        for (a, b) in zip(plain, try scores(scale: 50, offset: 7)) { #expect(abs(a - b) < 0.02) }
    }

    @Test(
        "One unsafe window among many is what a row is judged by, and it pays for their number", arguments: [0, 2, 5])
    func worstWindow(place: Int) throws {
        var given = known(seed: 6)
        given.add("dataset", Self.rows(100, prompt: -3, windows: [0]) + Self.rows(60, prompt: 3, windows: [3]))
        given.add("dataset", Self.rows(20, prompt: 3, windows: [-3]))
        var windows = [Float](repeating: 3, count: 6)
        windows[place] = -3
        given.add("dataset", Self.rows(10, prompt: 3, windows: windows))
        let found = try given.weigh()
        let long = found.rows.filter { $0.id >= 180 }
        #expect(long.count { $0.tokens == place * 64..<(place + 1) * 64 } >= 9)
        #expect(long.allSatisfy { $0.windowCount == 6 && $0.turn == 0 })
        // All canaries have one window: the least p-value of six is six times that of one.
        #expect(try #require(long.map(\.pValue).min()) >= 6.0 / 301 - 1e-12)
        #expect(try #require(found.rows.prefix(180).map(\.pValue).min()) < 6.0 / 301)
        let covered = found.rows[100..<160].map(\.score).sorted()
        #expect(long.count { $0.score > covered[57] } >= 9)
    }

    @Test("An unsafe dataset without anything to compare with loses nothing, unless unsafe rows are known")
    func allUnsafe() throws {
        var given = known(seed: 7)
        given.add("dataset", Self.rows(100, prompt: 3, windows: [-3]))
        let alone = try given.weigh()
        #expect(!alone.summary.isCovered && alone.summary.riskyRows >= 95)
        #expect(!alone.rows.contains(where: \.isDiscovery) && alone.summary.lowestRemovedScore == nil)
        given.add("unsafe", Self.rows(60, prompt: 3, windows: [-3]))
        let seeded = try given.weigh()
        #expect(!seeded.summary.isCovered)
        #expect(seeded.rows.count(where: \.isDiscovery) >= 95)
    }

    @Test("Too few risky rows do not tell of coverage")
    func fewRisky() throws {
        var given = known(seed: 9)
        given.add("dataset", Self.rows(90, prompt: -3, windows: [0]) + Self.rows(8, prompt: 3, windows: [-3]))
        let found = try given.weigh()
        #expect(found.summary.coverage == nil && found.summary.isCovered)
        #expect(found.summary.riskyRows < 20)
        let order = found.rows.sorted { $0.score > $1.score }.map(\.id)
        #expect(order.prefix(8).allSatisfy { $0 >= 90 })
    }
}
