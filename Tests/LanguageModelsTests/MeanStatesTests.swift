import LanguageModels
import TensorKernels
import TestSupport
import Testing

@Suite("Mean hidden states")
struct MeanStatesTests {
    private static let rows: [[Int32]] = [
        [1, 2, 3], [200, 7, 7, 7, 90, 31, 256, 0], [5], (0..<60).map { Int32($0 * 6 % 258) },
        // Longer than one worker's share, so that a sequence of its own shard is in the test.
        (0..<600).map { Int32($0 * 11 % 256) },
    ]
    private static let spans: [[Range<Int>]] = [
        [0..<3], [0..<1, 2..<7, 3..<8], [0..<1], [0..<20, 20..<40, 40..<60], [0..<1, 590..<600, 100..<500],
    ]

    private func means(
        _ architecture: TinyModel.Architecture = .llama, spans: [[Range<Int>]] = MeanStatesTests.spans,
        rows: [[Int32]] = MeanStatesTests.rows, layer: Int, threads: Int = 2, progress: ProgressHandler = { _, _ in }
    ) throws -> [[Float]] {
        let folder = try TemporaryFolder()
        let model = try LanguageModel(path: folder.write(TinyModel.bytes(architecture), to: "tiny.gguf"))
        let sequences = rows.map { TokenSequence(tokens: $0, predicted: []) }
        let values = try model.meanStates(
            of: spans, in: sequences, enteringLayer: layer, pool: WorkerPool(threadCount: threads), progress: progress
        ).array
        return stride(from: 0, to: values.count, by: TinyModel.width).map {
            Array(values[$0..<$0 + TinyModel.width])
        }
    }

    @Test(
        "They are the means of what a plain float64 transformer computes",
        arguments: TinyModel.Architecture.allCases, [0, 1, 2, 3])
    func reference(architecture: TinyModel.Architecture, layer: Int) throws {
        let rows = Array(Self.rows.prefix(4))
        let spans = Array(Self.spans.prefix(4))
        var computed = try means(architecture, spans: spans, rows: rows, layer: layer)[...]
        for (row, ranges) in zip(rows, spans) {
            let states = ReferenceTransformer(architecture: architecture).states(row, enteringLayer: layer)
            for range in ranges {
                let next = computed.popFirst()
                let mean = try #require(next)
                for column in 0..<TinyModel.width {
                    let expected = range.reduce(0) { $0 + states[$1][column] } / Double(range.count)
                    #expect(abs(Double(mean[column]) - expected) < 1e-4 * max(1, abs(expected)))
                }
            }
        }
        #expect(computed.isEmpty)
    }

    @Test("A range's mean is the mean of its tokens' states, and does not depend on the other sequences")
    func alone() throws {
        let together = try means(layer: 2)
        var index = 0
        for (row, ranges) in zip(Self.rows, Self.spans) {
            let tokens = try means(spans: [row.indices.map { $0..<$0 + 1 }], rows: [row], layer: 2)
            for range in ranges {
                for column in 0..<TinyModel.width {
                    let expected = range.reduce(0) { $0 + Double(tokens[$1][column]) } / Double(range.count)
                    #expect(abs(Double(together[index][column]) - expected) < 1e-4 * max(1, abs(expected)))
                }
                index += 1
            }
        }
        #expect(index == together.count)
    }

    @Test("The same bits on one, two and three threads")
    func threads() throws {
        let one = try means(layer: 3, threads: 1)
        #expect(try means(layer: 3, threads: 2) == one)
        #expect(try means(layer: 3, threads: 3) == one)
    }

    @Test("A sequence without ranges is read and gives nothing; progress reaches all tokens")
    func none() throws {
        var last = (0, 0)
        let means = try means(spans: [[], [1..<2], [], [], []], layer: 1, progress: { last = ($0, $1) })
        let tokens = Self.rows.reduce(0) { $0 + $1.count }
        #expect(means.count == 1 && last == (tokens, tokens))
    }
}
