import ForgetFilter
import Foundation
import Testing

@Suite("The search for a head's weights")
struct QuasiNewtonSearchTests {
    @Test("It finds the minimum of a badly scaled quadratic")
    func quadratic() {
        let scales: [Float] = [1, 10, 100, 1000]
        let target: [Float] = [3, -2, 0.5, 1]
        var search = QuasiNewtonSearch(count: 4)
        search.minimise(iterations: 100) { point, gradient in
            var value = 0.0
            for index in point.indices {
                let distance = point[index] - target[index]
                gradient[index] = scales[index] * distance
                value += 0.5 * Double(scales[index] * distance * distance)
            }
            return value
        }
        for (found, wanted) in zip(search.point, target) { #expect(abs(found - wanted) < 1e-2) }
    }

    @Test("Where it begins at the minimum it stays")
    func minimum() {
        var search = QuasiNewtonSearch(count: 2)
        search.minimise(iterations: 10) { point, gradient in
            gradient = point
            return 0.5 * Double(point[0] * point[0] + point[1] * point[1])
        }
        #expect(search.point == [0, 0])
    }

    /// Fits strength · Σ weight · log(1 + e^(−y (w x + b))) + ½ w² and gives w and b.
    private func fit(_ items: [(x: Double, y: Double, weight: Double)], strength: Double) -> (w: Double, b: Double) {
        var search = QuasiNewtonSearch(count: 2)
        search.minimise(iterations: 200) { point, gradient in
            let (w, b) = (Double(point[0]), Double(point[1]))
            var (value, slopeW, slopeB) = (0.5 * w * w, w, 0.0)
            for item in items {
                let margin = item.y * (w * item.x + b)
                value += strength * item.weight * log1p(exp(-margin))
                let slope = -strength * item.weight * item.y / (1 + exp(margin))
                slopeW += slope * item.x
                slopeB += slope
            }
            gradient = [Float(slopeW), Float(slopeB)]
            return value
        }
        return (Double(search.point[0]), Double(search.point[1]))
    }

    @Test("A logistic fit meets its condition of optimality, and L2 keeps a separable one finite")
    func logistic() {
        var last = 0.0
        for strength in [0.1, 1, 10, 100] {
            let (w, b) = fit([(-1, -1, 1), (1, 1, 1)], strength: strength)
            // By symmetry b = 0, and w = 2 · strength / (1 + e^w).
            #expect(abs(b) < 1e-3)
            #expect(abs(w - 2 * strength / (1 + exp(w))) < 1e-2 * max(1, w))
            #expect(w > last)
            last = w
        }
    }

    @Test("A weight of two is the item twice; without a slope the bias is the log-odds of the weights")
    func weights() {
        let items: [(x: Double, y: Double, weight: Double)] = [(-1, -1, 1), (0.5, 1, 1), (2, 1, 1), (0, -1, 1)]
        let doubled = fit(items + [items[1]], strength: 1)
        var weighted = items
        weighted[1].weight = 2
        let other = fit(weighted, strength: 1)
        #expect(abs(doubled.w - other.w) < 1e-3 && abs(doubled.b - other.b) < 1e-3)
        let bias = fit([(0, 1, 3), (0, -1, 1)], strength: 1)
        #expect(bias.w == 0 && abs(bias.b - log(3)) < 1e-3)
    }

    @Test("Where the first step is far too long it is shortened")
    func steep() {
        var search = QuasiNewtonSearch(count: 1)
        search.minimise(iterations: 200) { point, gradient in
            let x = Double(point[0])
            gradient = [Float(4 * pow(x - 5, 3) + (x - 5))]
            return pow(x - 5, 4) + 0.5 * (x - 5) * (x - 5)
        }
        #expect(abs(search.point[0] - 5) < 1e-1)
    }
}
