import Foundation
import TensorKernels
import Testing

@Suite("Backward passes agree with finite differences")
struct GradientTests {
    @Test("RMSNorm", arguments: [(1, 16), (3, 24), (2, 37)])
    func rmsNormGradient(rows: Int, width: Int) {
        var noise = Noise(1)
        let x = noise.buffer(rows * width)
        let gain = noise.buffer(width)
        let dy = noise.buffer(rows * width)
        func forward(_ x: FloatBuffer) -> (FloatBuffer, FloatBuffer) {
            let y = FloatBuffer(count: x.count)
            let inverse = FloatBuffer(count: rows)
            rmsNorm(
                x.pointer, gain: gain.pointer, epsilon: 1e-5, rows: rows, width: width, into: y.pointer,
                inverse: inverse.pointer)
            return (y, inverse)
        }
        let expected = numericGradient(at: x, weights: dy) { forward($0).0.array }
        let dx = FloatBuffer(count: x.count)
        let inverse = forward(x).1
        rmsNormBackward(
            dy.pointer, x: x.pointer, inverse: inverse.pointer, gain: gain.pointer, rows: rows, width: width,
            addingTo: dx.pointer)
        #expect(largestDifference(dx.array, expected) < 2e-3)
    }

    @Test("SwiGLU", arguments: [5, 16, 35])
    func swiGLUGradient(count: Int) {
        var noise = Noise(2)
        let gate = noise.buffer(count)
        let up = noise.buffer(count)
        let dy = noise.buffer(count)
        func forward() -> [Float] {
            let y = FloatBuffer(count: count)
            swiGLU(gate: gate.pointer, up: up.pointer, count: count, into: y.pointer)
            return y.array
        }
        let expectedGate = numericGradient(at: gate, weights: dy) { _ in forward() }
        let expectedUp = numericGradient(at: up, weights: dy) { _ in forward() }
        let dGate = FloatBuffer(count: count)
        let dUp = FloatBuffer(count: count)
        swiGLUBackward(
            dy.pointer, gate: gate.pointer, up: up.pointer, count: count, dGate: dGate.pointer, dUp: dUp.pointer)
        #expect(largestDifference(dGate.array, expectedGate) < 1e-3)
        #expect(largestDifference(dUp.array, expectedUp) < 1e-3)
    }

    @Test("Causal softmax", arguments: [(4, 4), (6, 21), (3, 40)])
    func softmaxGradient(rows: Int, columns: Int) {
        var noise = Noise(3)
        let scores = noise.buffer(rows * columns)
        let dp = noise.buffer(rows * columns)
        let scale: Float = 0.7
        func forward(_ scores: FloatBuffer) -> FloatBuffer {
            let p = FloatBuffer(scores.array)
            causalSoftmax(p.pointer, rows: rows, columns: columns, scale: scale) {
                min(columns, columns - rows + $0 + 1)
            }
            return p
        }
        let p = forward(scores)
        for row in 0..<rows {
            let sum = (0..<columns).reduce(Float(0)) { $0 + p.pointer[row * columns + $1] }
            #expect(abs(sum - 1) < 1e-5)
        }
        #expect(p.pointer[columns - 1] == 0 || rows == 1)
        let expected = numericGradient(at: scores, weights: dp) { forward($0).array }
        let ds = FloatBuffer(dp.array)
        causalSoftmaxBackward(ds.pointer, probabilities: p.pointer, rows: rows, columns: columns, scale: scale)
        #expect(largestDifference(ds.array, expected) < 1e-3)
    }

    @Test("Cross-entropy over vocabulary-major logits", arguments: [(7, 1), (50, 3), (33, 20)])
    func crossEntropyGradient(vocabulary: Int, columns: Int) {
        var noise = Noise(4)
        let logits = noise.buffer(vocabulary * columns)
        for i in 0..<logits.count { logits.pointer[i] *= 4 }
        let targets = (0..<columns).map { Int32(($0 * 7 + 3) % vocabulary) }
        let weights = noise.buffer(columns)
        func losses(_ logits: FloatBuffer, weighted: Bool) -> (losses: [Float], gradient: [Float]) {
            let work = FloatBuffer(logits.array)
            let losses = FloatBuffer(count: columns)
            let scratch = FloatBuffer(count: 2 * columns)
            crossEntropy(
                work.pointer, vocabulary: vocabulary, columns: columns, targets: targets,
                weights: weighted ? UnsafePointer(weights.pointer) : nil, losses: losses.pointer,
                scratch: scratch.pointer)
            return (losses.array, work.array)
        }
        let expected = numericGradient(at: logits, weights: weights) { losses($0, weighted: false).losses }
        let result = losses(logits, weighted: true)
        #expect(result.losses == losses(logits, weighted: false).losses)
        #expect(largestDifference(result.gradient, expected) < 2e-3)
        for column in 0..<columns {
            let all = (0..<vocabulary).map { Double(logits.pointer[$0 * columns + column]) }
            let expectedLoss = log(all.map(exp).reduce(0, +)) - all[Int(targets[column])]
            #expect(abs(Double(result.losses[column]) - expectedLoss) < 1e-4)
        }
    }

    @Test("Rotary embedding: the backward turn undoes the forward one and lengths stay", arguments: [true, false])
    func rotaryInverse(adjacent: Bool) {
        var noise = Noise(5)
        let x = noise.buffer(3 * 8)
        let before = x.array
        let table = RotaryTable(positionCount: 40, dimension: 8, base: 10_000)
        let pairing: RotaryPairing = adjacent ? .adjacent : .halves
        table.rotate(x.pointer, heads: 3, headDimension: 8, position: 37, pairing: pairing)
        #expect(largestDifference(x.array, before) > 0.1)
        #expect(abs(sumOfSquares(x.pointer, count: 24) - Double(before.reduce(0) { $0 + $1 * $1 })) < 1e-4)
        table.rotate(x.pointer, heads: 3, headDimension: 8, position: 37, pairing: pairing, backward: true)
        #expect(largestDifference(x.array, before) < 1e-5)
    }
}
