import TensorKernels
import Testing

@Suite("Products agree with their definitions")
struct ProductTests {
    @Test(
        "Matrix product", arguments: [(1, 1, 1), (3, 5, 7), (17, 33, 9), (64, 40, 65)],
        [(false, false), (true, false), (false, true)])
    func matrixProduct(shape: (Int, Int, Int), transposed: (Bool, Bool)) throws {
        let (m, n, k) = shape
        var noise = Noise(6)
        let a = noise.buffer(m * k)
        let b = noise.buffer(k * n)
        let c = noise.buffer(m * n)
        let before = c.array
        let left = MatrixView(a.pointer, rowStride: transposed.0 ? m : k)
        let right = MatrixView(b.pointer, rowStride: transposed.1 ? k : n)
        try matrixMultiply(
            transposed.0 ? left.transposed : left, transposed.1 ? right.transposed : right,
            into: MatrixView(c.pointer, rowStride: n), rows: m, columns: n, depth: k, scale: 2, keep: 0.5)
        for i in 0..<m {
            for j in 0..<n {
                var sum = 0.0
                for p in 0..<k {
                    let x = a.pointer[transposed.0 ? p * m + i : i * k + p]
                    let y = b.pointer[transposed.1 ? j * k + p : p * n + j]
                    sum += Double(x) * Double(y)
                }
                #expect(abs(Double(c.pointer[i * n + j]) - (2 * sum + 0.5 * Double(before[i * n + j]))) < 1e-4)
            }
        }
    }

    @Test("Low-rank products", arguments: [(1, 16, 8), (4, 33, 8), (7, 50, 16)])
    func lowRank(rows: Int, width: Int, rank: Int) {
        var noise = Noise(7)
        let x = noise.buffer(rows * width)
        let a = noise.buffer(width * rank)
        let b = noise.buffer(rank * width)
        let u = FloatBuffer(count: rows * rank)
        projectToRank(
            x.pointer, rows: rows, width: width, matrix: a.pointer, rank: rank, scale: 2, into: u.pointer)
        let y = noise.buffer(rows * width)
        let before = y.array
        expandFromRank(u.pointer, rows: rows, rank: rank, matrix: b.pointer, width: width, addingTo: y.pointer)
        let g = noise.buffer(width * rank)
        let gBefore = g.array
        accumulateOuterProduct(x.pointer, u.pointer, rows: rows, width: width, rank: rank, addingTo: g.pointer)
        for row in 0..<rows {
            for j in 0..<rank {
                let sum = (0..<width).reduce(0.0) {
                    $0 + 2 * Double(x.pointer[row * width + $1]) * Double(a.pointer[$1 * rank + j])
                }
                #expect(abs(Double(u.pointer[row * rank + j]) - sum) < 1e-4)
            }
            for i in 0..<width {
                let sum = (0..<rank).reduce(0.0) {
                    $0 + Double(u.pointer[row * rank + $1]) * Double(b.pointer[$1 * width + i])
                }
                #expect(abs(Double(y.pointer[row * width + i] - before[row * width + i]) - sum) < 1e-3)
            }
        }
        for i in 0..<width {
            for j in 0..<rank {
                let sum = (0..<rows).reduce(0.0) {
                    $0 + Double(x.pointer[$1 * width + i]) * Double(u.pointer[$1 * rank + j])
                }
                #expect(abs(Double(g.pointer[i * rank + j] - gBefore[i * rank + j]) - sum) < 1e-3)
            }
        }
    }

    @Test("Transposition of shapes that fill blocks and that do not", arguments: [(1, 5), (32, 32), (33, 70)])
    func transposition(rows: Int, columns: Int) {
        var noise = Noise(8)
        let source = noise.buffer(rows * columns)
        let stride = rows + 3
        let target = FloatBuffer(count: columns * stride)
        transpose(source.pointer, rows: rows, columns: columns, into: target.pointer, targetStride: stride)
        for r in 0..<rows {
            for c in 0..<columns { #expect(target.pointer[c * stride + r] == source.pointer[r * columns + c]) }
        }
    }

    @Test("float16 keeps eleven bits and clamps what is beyond its range")
    func halfRoundTrip() throws {
        let values: [Float] = [0, 1, -2.5, 1234.5, 1e-5, 65504, 1e9, -1e9]
        let source = FloatBuffer(values)
        let store = try HalfStore(count: values.count, heapLimit: 0)
        narrow(source.pointer, count: values.count, into: store.pointer)
        let back = FloatBuffer(count: values.count)
        widen(store.pointer, count: values.count, into: back.pointer)
        for (value, result) in zip(values, back.array) {
            let expected = max(-65504, min(65504, value))
            #expect(abs(result - expected) <= abs(expected) / 2048 + 1e-7)
        }
    }

    @Test("AdamW's first step moves each parameter by the learning rate against its gradient")
    func adamFirstStep() {
        let parameters = FloatBuffer([1, -1, 0.5])
        let gradients = FloatBuffer([0.3, -20, 0])
        let (m, v) = (FloatBuffer(count: 3), FloatBuffer(count: 3))
        AdamW(learningRate: 0.01).update(
            parameters.pointer, gradients: gradients.pointer, firstMoments: m.pointer, secondMoments: v.pointer,
            count: 3, step: 1)
        #expect(largestDifference(parameters.array, [0.99, -0.99, 0.5]) < 1e-6)
    }
}
