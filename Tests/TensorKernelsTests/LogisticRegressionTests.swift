import Foundation
import TensorKernels
import Testing

@Suite("Logistic regression")
struct LogisticRegressionTests {
    private func matrix(_ rows: [[Double]]) -> SparseRows {
        var matrix = SparseRows(width: rows.first?.count ?? 0)
        for row in rows { matrix.append(row.enumerated().map { (column: $0.offset, value: $0.element) }) }
        return matrix
    }

    /// A reproducible number from −1 to 1.
    private func noise(_ index: Int) -> Double {
        var hash = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        hash = hash &* 0xBF58_476D_1CE4_E5B9
        return Double(hash >> 40) / 8_388_608 - 1
    }

    @Test("At the minimum the gradient is zero", arguments: [0.01, 1.0, 100.0])
    func stationary(penalty: Double) {
        let (count, width) = (60, 7)
        let x = (0..<count).map { row in (0..<width).map { noise(row * width + $0) } }
        let labels = (0..<count).map { x[$0][0] + 0.5 * noise(1000 + $0) > 0.1 }
        let importance = (0..<count).map { 1 + Double($0 % 3) }
        let model = LogisticRegression(matrix(x), labels: labels, importance: importance, penalty: penalty)
        let errors = (0..<count).map { row in
            let z = zip(model.weights, x[row]).reduce(model.bias) { $0 + $1.0 * $1.1 }
            return importance[row] * (1 / (1 + exp(-z)) - (labels[row] ? 1 : 0))
        }
        #expect(abs(errors.reduce(0, +)) < 1e-5)
        for column in 0..<width {
            let slope = (0..<count).reduce(penalty * model.weights[column]) { $0 + errors[$1] * x[$1][column] }
            #expect(abs(slope) < 1e-5)
        }
        #expect(model.steps > 0 && model.steps < 50)
    }

    @Test("Without columns the bias is the logarithm of the odds")
    func biasAlone() {
        let model = LogisticRegression(matrix([[0], [0], [0], [0]]), labels: [true, true, true, false])
        #expect(abs(model.bias - log(3)) < 1e-6)
        #expect(model.weights == [0])
    }

    @Test("A row of importance 3 counts as three rows")
    func importance() {
        let one = LogisticRegression(matrix([[1], [-1], [0.5]]), labels: [true, false, false], importance: [3, 1, 1])
        let three = LogisticRegression(
            matrix([[1], [1], [1], [-1], [0.5]]), labels: [true, true, true, false, false])
        #expect(abs(one.weights[0] - three.weights[0]) < 1e-7 && abs(one.bias - three.bias) < 1e-7)
    }

    @Test("Rows that a plane separates, and rows of one label, end with finite weights")
    func separable() {
        let separable = LogisticRegression(matrix([[1], [-1]]), labels: [true, false], penalty: 1e-6)
        #expect(separable.weights[0].isFinite && separable.weights[0] > 5)
        let single = LogisticRegression(matrix([[1], [2]]), labels: [true, true])
        #expect(single.bias.isFinite && single.bias > 5)
        let empty = LogisticRegression(SparseRows(width: 2), labels: [])
        #expect(empty.weights == [0, 0] && empty.bias == 0)
    }

    @Test("The same rows give the same bits, and a logit is w · x + b")
    func reproducible() {
        let x = (0..<40).map { row in (0..<5).map { noise(row * 5 + $0) } }
        let labels = (0..<40).map { $0.isMultiple(of: 3) }
        let first = LogisticRegression(matrix(x), labels: labels)
        let second = LogisticRegression(matrix(x), labels: labels)
        #expect(first.weights == second.weights && first.bias == second.bias)
        #expect(first.logit(3, of: matrix(x)) == matrix(x).product(3, first.weights) + first.bias)
    }
}
