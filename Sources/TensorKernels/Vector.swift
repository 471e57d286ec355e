/// The width that the loops are written in: two AVX2 registers, one of AVX-512, four of NEON.
typealias Vector = SIMD16<Float>

/// Lanes of a `Vector`.
let vectorWidth = 16

@inline(__always)
func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: Vector.self)
}

@inline(__always)
func load(_ pointer: UnsafeMutablePointer<Float>, _ index: Int) -> Vector {
    load(UnsafePointer(pointer), index)
}

@inline(__always)
func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer + index).storeBytes(of: vector, as: Vector.self)
}

/// e^x for each lane to about two units in the last place; below −87.3 it is 0 to float32's normal range.
///
/// Cody–Waite reduction to |r| ≤ ln 2 / 2 and the degree-6 minimax polynomial of Cephes' `expf`.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
    let clamped = pointwiseMax(pointwiseMin(x, Vector(repeating: 88)), Vector(repeating: -87.3))
    // Adding 1.5 · 2^23 rounds to an integer and leaves it in the low bits: no conversion instruction is needed.
    let magic = Vector(repeating: 12_582_912)
    let shifted = magic.addingProduct(clamped, Vector(repeating: 1.442_695_04))
    let n = shifted - magic
    var r = clamped.addingProduct(n, Vector(repeating: -0.693_359_375))
    r = r.addingProduct(n, Vector(repeating: 2.121_944_40e-4))
    var p = Vector(repeating: 1.987_569_15e-4)
    p = Vector(repeating: 1.398_199_950_7e-3).addingProduct(p, r)
    p = Vector(repeating: 8.333_451_907_3e-3).addingProduct(p, r)
    p = Vector(repeating: 4.166_579_589_4e-2).addingProduct(p, r)
    p = Vector(repeating: 1.666_666_545_9e-1).addingProduct(p, r)
    p = Vector(repeating: 5.000_000_120_1e-1).addingProduct(p, r)
    p = (r + Vector(repeating: 1)).addingProduct(p, r * r)
    let exponent = (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &+ 127) &<< 23
    return p * unsafeBitCast(exponent, to: Vector.self)
}

/// e^x of one value, by the same polynomial as the vector form, so that tails and bodies of rows agree.
@inline(__always)
func exponential(_ x: Float) -> Float {
    exponential(Vector(repeating: x))[0]
}

/// The dot product of two runs of `count` values.
@inline(__always)
package func dotProduct(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
    var sum = Vector.zero
    var i = 0
    while i &+ vectorWidth <= count {
        sum = sum.addingProduct(load(x, i), load(y, i))
        i &+= vectorWidth
    }
    var total = sum.sum()
    while i < count {
        total = total.addingProduct(x[i], y[i])
        i &+= 1
    }
    return total
}

/// y ← y + x over `count` values.
package func add(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    var i = 0
    while i &+ vectorWidth <= count {
        store(load(y, i) + load(x, i), y, i)
        i &+= vectorWidth
    }
    while i < count {
        y[i] += x[i]
        i &+= 1
    }
}

/// y ← y + scale · x over `count` values.
package func add(_ x: UnsafePointer<Float>, scaledBy scale: Float, into y: UnsafeMutablePointer<Float>, count: Int) {
    let factor = Vector(repeating: scale)
    var i = 0
    while i &+ vectorWidth <= count {
        store(load(y, i).addingProduct(factor, load(x, i)), y, i)
        i &+= vectorWidth
    }
    while i < count {
        y[i] = y[i].addingProduct(scale, x[i])
        i &+= 1
    }
}

/// y ← y + bias for each of `rows` rows of `width` values.
package func addBias(_ bias: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    for row in 0..<rows { add(bias, into: y + row &* width, count: width) }
}

/// The sum of squares of `count` values, in float64.
package func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    var sum = 0.0
    for i in 0..<count { sum += Double(x[i]) * Double(x[i]) }
    return sum
}
