import TensorKernels

/// Reproducible values in [-1, 1).
struct Noise {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / 8_388_608 - 1
    }

    mutating func buffer(_ count: Int) -> FloatBuffer { FloatBuffer((0..<count).map { _ in next() }) }
}

/// The largest difference between two arrays of one length.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// d(Σ weights · f(x))/d(x) by central differences.
func numericGradient(
    at x: FloatBuffer, weights: FloatBuffer, step: Float = 1e-2, _ f: (FloatBuffer) -> [Float]
) -> [Float] {
    func value() -> Double {
        zip(f(x), weights.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return (0..<x.count).map { index in
        let original = x.pointer[index]
        x.pointer[index] = original + step
        let above = value()
        x.pointer[index] = original - step
        let below = value()
        x.pointer[index] = original
        return Float((above - below) / (2 * Double(step)))
    }
}
