/// One row as the model reads it, and the tokens of it that are learnt and scored.
package struct TokenSequence: Sendable, Hashable {
    /// Vocabulary indices.
    package var tokens: [Int32]

    /// Ascending indices into `tokens`, each at least 1, of the tokens that the model is to predict.
    package var predicted: [Int32]

    /// Creates a sequence.
    package init(tokens: [Int32], predicted: [Int32]) {
        self.tokens = tokens
        self.predicted = predicted
    }

    /// Tokens that must be read to predict: those before the last predicted one.
    package var inputCount: Int { predicted.last.map(Int.init) ?? tokens.count }
}

/// Several sequences laid side by side without padding, computed by one worker.
struct Shard: Sendable {
    /// Where one sequence lies.
    struct Member: Sendable {
        /// The sequence's index in the caller's data.
        var index: Int

        /// The packed rows of its input tokens.
        var rows: Range<Int>

        /// The rows of the compact query buffers that hold its predicting positions.
        var queries: Range<Int>
    }

    var members: [Member] = []
    var tokenCount = 0

    /// The packed row of each predicting position, in order.
    var queryRows: [Int32] = []

    /// The token that each predicting position is to predict.
    var targets: [Int32] = []

    var queryCount: Int { queryRows.count }

    /// Packs the sequences that `indices` names.
    init(_ indices: some Sequence<Int>, of sequences: [TokenSequence]) {
        for index in indices {
            let sequence = sequences[index]
            let rows = tokenCount..<tokenCount + sequence.inputCount
            let firstQuery = queryRows.count
            for predicted in sequence.predicted {
                queryRows.append(Int32(rows.lowerBound) + predicted - 1)
                targets.append(sequence.tokens[Int(predicted)])
            }
            members.append(Member(index: index, rows: rows, queries: firstQuery..<queryRows.count))
            tokenCount = rows.upperBound
        }
    }

    /// Values of all heads' attention probabilities of one layer, where every row asks or only the predicting ones.
    func probabilityCount(headCount: Int, onlyPredicting: Bool) -> Int {
        members.reduce(0) { $0 + headCount * (onlyPredicting ? $1.queries.count : $1.rows.count) * $1.rows.count }
    }

    /// Splits sequences into at most `count` shards of similar cost; the split depends on lengths only.
    static func balanced(_ indices: [Int], of sequences: [TokenSequence], count: Int) -> [Shard] {
        let order = indices.enumerated().sorted {
            let (a, b) = (sequences[$0.element].inputCount, sequences[$1.element].inputCount)
            return a == b ? $0.offset < $1.offset : a > b
        }
        var bins = [[(offset: Int, element: Int)]](repeating: [], count: max(1, min(count, indices.count)))
        var loads = [Int](repeating: 0, count: bins.count)
        for item in order {
            let lightest = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            bins[lightest].append(item)
            loads[lightest] += sequences[item.element].inputCount
        }
        return bins.map { bin in Shard(bin.sorted { $0.offset < $1.offset }.map(\.element), of: sequences) }
    }

    /// Groups sequences of similar length into shards of about `tokens` tokens, longest first.
    static func grouped(_ indices: [Int], of sequences: [TokenSequence], tokens limit: Int) -> [Shard] {
        let order = indices.sorted {
            let (a, b) = (sequences[$0].inputCount, sequences[$1].inputCount)
            return a == b ? $0 < $1 : a > b
        }
        var shards: [Shard] = []
        var current: [Int] = []
        var size = 0
        for index in order {
            let length = sequences[index].inputCount
            if size + length > limit, !current.isEmpty {
                shards.append(Shard(current, of: sequences))
                current = []
                size = 0
            }
            current.append(index)
            size += length
        }
        if !current.isEmpty { shards.append(Shard(current, of: sequences)) }
        return shards
    }
}
