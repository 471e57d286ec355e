/// Rows of numbers of which most may be zero, one after the other in memory (compressed sparse rows).
package struct SparseRows: Sendable {
    /// Columns of every row.
    package let width: Int

    /// For each row, the index of its first entry; one more at the end.
    private(set) var starts = [0]
    private(set) var columns: [Int32] = []
    private(set) var values: [Double] = []

    /// Creates an empty matrix.
    package init(width: Int) {
        self.width = width
    }

    /// How many rows there are.
    package var count: Int { starts.count - 1 }

    /// Adds a row.
    ///
    /// - Parameter entries: columns, each below `width` and at most once, with their values.
    package mutating func append(_ entries: some Sequence<(column: Int, value: Double)>) {
        for entry in entries where entry.value != 0 {
            precondition((0..<width).contains(entry.column), "column \(entry.column) of \(width)")
            columns.append(Int32(entry.column))
            values.append(entry.value)
        }
        starts.append(columns.count)
    }

    /// The inner product of a row with a vector of `width` numbers.
    package func product(_ row: Int, _ vector: [Double]) -> Double {
        var sum = 0.0
        for index in starts[row]..<starts[row + 1] { sum += values[index] * vector[Int(columns[index])] }
        return sum
    }

    /// Adds a row, multiplied by `factor`, to a vector of `width` numbers.
    package func add(_ row: Int, times factor: Double, to vector: inout [Double]) {
        for index in starts[row]..<starts[row + 1] { vector[Int(columns[index])] += factor * values[index] }
    }
}
