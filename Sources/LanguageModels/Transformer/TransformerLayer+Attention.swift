import TensorKernels

/// Grouped-query attention: the query heads of a group are stacked, so that each group is one product.
extension TransformerLayer {
    private var scale: Float { 1 / Float(model.headDimension).squareRoot() }

    /// Fills `context` (and keeps the probabilities) from rotated queries and keys, and values.
    func attend(_ shard: Shard, _ a: LayerActivations, _ scratch: LayerScratch) throws(KernelError) {
        let width = model.headDimension
        var offset = 0
        for member in shard.members {
            let queries = self.queries(of: member)
            let count = queries.count
            let columns = member.rows.count
            guard count > 0 else { continue }
            for group in 0..<model.keyValueHeadCount {
                let probabilities = a.probabilities + offset
                offset += model.groupSize * count * columns
                copyGroup(a.query, queries, group: group, to: scratch.groupQuery)
                try matrixMultiply(
                    MatrixView(scratch.groupQuery, rowStride: width),
                    head(a.key, member, group).transposed,
                    into: MatrixView(probabilities, rowStride: columns), rows: model.groupSize * count,
                    columns: columns, depth: width)
                causalSoftmax(
                    probabilities, rows: model.groupSize * count, columns: columns, scale: scale
                ) { row in position(of: queries.lowerBound + row % count, shard, member) + 1 }
                try matrixMultiply(
                    MatrixView(probabilities, rowStride: columns), head(a.value, member, group),
                    into: MatrixView(scratch.groupContext, rowStride: width), rows: model.groupSize * count,
                    columns: width, depth: columns)
                copyGroup(from: scratch.groupContext, to: a.context, queries, group: group)
            }
        }
    }

    /// From d(context): d(query), d(key) and d(value), still rotated.
    ///
    /// Each is overwritten.
    func attendBackward(_ shard: Shard, _ a: LayerActivations, _ scratch: LayerScratch) throws(KernelError) {
        let width = model.headDimension
        var offset = 0
        for member in shard.members {
            let queries = self.queries(of: member)
            let count = queries.count
            let columns = member.rows.count
            let stacked = model.groupSize * count
            if count == 0 {
                let values = columns * model.keyValueLength
                (scratch.dKey + member.rows.lowerBound * model.keyValueLength).update(repeating: 0, count: values)
                (scratch.dValue + member.rows.lowerBound * model.keyValueLength).update(repeating: 0, count: values)
                continue
            }
            for group in 0..<model.keyValueHeadCount {
                let probabilities = a.probabilities + offset
                offset += stacked * columns
                let scores = MatrixView(scratch.groupScores, rowStride: columns)
                let context = MatrixView(scratch.groupContext, rowStride: width)
                let query = MatrixView(scratch.groupQuery, rowStride: width)
                copyGroup(scratch.dContext, queries, group: group, to: scratch.groupContext)
                try matrixMultiply(
                    context, head(a.value, member, group).transposed, into: scores, rows: stacked,
                    columns: columns, depth: width)
                try matrixMultiply(
                    MatrixView(probabilities, rowStride: columns).transposed, context,
                    into: head(scratch.dValue, member, group), rows: columns, columns: width, depth: stacked)
                causalSoftmaxBackward(
                    scratch.groupScores, probabilities: probabilities, rows: stacked, columns: columns, scale: scale)
                try matrixMultiply(
                    scores, head(a.key, member, group), into: context, rows: stacked, columns: width, depth: columns)
                copyGroup(from: scratch.groupContext, to: scratch.dQuery, queries, group: group)
                copyGroup(a.query, queries, group: group, to: scratch.groupQuery)
                try matrixMultiply(
                    scores.transposed, query, into: head(scratch.dKey, member, group), rows: columns,
                    columns: width, depth: stacked)
            }
        }
    }

    /// One key head of a member inside an array of n × key-value width.
    private func head(_ array: UnsafeMutablePointer<Float>, _ member: Shard.Member, _ group: Int) -> MatrixView {
        MatrixView(
            array + member.rows.lowerBound * model.keyValueLength + group * model.headDimension,
            rowStride: model.keyValueLength)
    }

    /// Stacks the heads of a group: row j · queries + q of `target` is head j of query q.
    private func copyGroup(
        _ source: UnsafeMutablePointer<Float>, _ queries: Range<Int>, group: Int, to target: UnsafeMutablePointer<Float>
    ) {
        let width = model.headDimension
        for j in 0..<model.groupSize {
            let column = (group * model.groupSize + j) * width
            for (row, query) in queries.enumerated() {
                (target + (j * queries.count + row) * width).update(
                    from: source + query * model.queryLength + column, count: width)
            }
        }
    }

    /// Undoes `copyGroup`.
    private func copyGroup(
        from source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>, _ queries: Range<Int>,
        group: Int
    ) {
        let width = model.headDimension
        for j in 0..<model.groupSize {
            let column = (group * model.groupSize + j) * width
            for (row, query) in queries.enumerated() {
                (target + query * model.queryLength + column).update(
                    from: source + (j * queries.count + row) * width, count: width)
            }
        }
    }
}
