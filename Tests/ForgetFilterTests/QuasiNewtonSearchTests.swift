import ForgetFilter
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
}
