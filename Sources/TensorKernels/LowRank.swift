/// The width that ranks are padded to: one AVX2 register, half a `Vector`.
///
/// Padded components stay exactly zero.
package let rankMultiple = 8

private typealias RankVector = SIMD8<Float>

@inline(__always)
private func loadRank(_ pointer: UnsafePointer<Float>, _ index: Int) -> RankVector {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: RankVector.self)
}

@inline(__always)
private func storeRank(_ vector: RankVector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer + index).storeBytes(of: vector, as: RankVector.self)
}

/// y ← scale · x · A with A width × rank and rank a multiple of 8: the narrow product into an adapter's rank.
///
/// A general product is slow for so few columns; here four rows share each load of A.
package func projectToRank(
    _ x: UnsafePointer<Float>, rows: Int, width: Int, matrix a: UnsafePointer<Float>, rank: Int, scale: Float,
    into y: UnsafeMutablePointer<Float>
) {
    var block = 0
    while block < rank {
        var row = 0
        while row &+ 4 <= rows {
            let x0 = x + row &* width
            let x1 = x0 + width
            let x2 = x1 + width
            let x3 = x2 + width
            var s0 = RankVector.zero
            var s1 = RankVector.zero
            var s2 = RankVector.zero
            var s3 = RankVector.zero
            for i in 0..<width {
                let column = loadRank(a, i &* rank &+ block)
                s0 = s0.addingProduct(RankVector(repeating: x0[i]), column)
                s1 = s1.addingProduct(RankVector(repeating: x1[i]), column)
                s2 = s2.addingProduct(RankVector(repeating: x2[i]), column)
                s3 = s3.addingProduct(RankVector(repeating: x3[i]), column)
            }
            storeRank(s0 * scale, y, row &* rank &+ block)
            storeRank(s1 * scale, y, (row &+ 1) &* rank &+ block)
            storeRank(s2 * scale, y, (row &+ 2) &* rank &+ block)
            storeRank(s3 * scale, y, (row &+ 3) &* rank &+ block)
            row &+= 4
        }
        while row < rows {
            let x0 = x + row &* width
            var s0 = RankVector.zero
            for i in 0..<width {
                s0 = s0.addingProduct(RankVector(repeating: x0[i]), loadRank(a, i &* rank &+ block))
            }
            storeRank(s0 * scale, y, row &* rank &+ block)
            row &+= 1
        }
        block &+= 8
    }
}

/// y ← y + u · B with B rank × width: the wide product out of an adapter's rank.
///
/// Rank is a multiple of 8.
package func expandFromRank(
    _ u: UnsafePointer<Float>, rows: Int, rank: Int, matrix b: UnsafePointer<Float>, width: Int,
    addingTo y: UnsafeMutablePointer<Float>
) {
    var block = 0
    while block < rank {
        for row in 0..<rows {
            let inner = u + (row &* rank &+ block)
            let target = y + row &* width
            let matrix = b + block &* width
            let u0 = Vector(repeating: inner[0])
            let u1 = Vector(repeating: inner[1])
            let u2 = Vector(repeating: inner[2])
            let u3 = Vector(repeating: inner[3])
            let u4 = Vector(repeating: inner[4])
            let u5 = Vector(repeating: inner[5])
            let u6 = Vector(repeating: inner[6])
            let u7 = Vector(repeating: inner[7])
            var i = 0
            while i &+ vectorWidth <= width {
                var even = load(target, i).addingProduct(u0, load(matrix, i))
                var odd = u1 * load(matrix, width &+ i)
                even = even.addingProduct(u2, load(matrix, 2 &* width &+ i))
                odd = odd.addingProduct(u3, load(matrix, 3 &* width &+ i))
                even = even.addingProduct(u4, load(matrix, 4 &* width &+ i))
                odd = odd.addingProduct(u5, load(matrix, 5 &* width &+ i))
                even = even.addingProduct(u6, load(matrix, 6 &* width &+ i))
                odd = odd.addingProduct(u7, load(matrix, 7 &* width &+ i))
                store(even + odd, target, i)
                i &+= vectorWidth
            }
            while i < width {
                for j in 0..<8 { target[i] += inner[j] * matrix[j &* width &+ i] }
                i &+= 1
            }
        }
        block &+= 8
    }
}

/// G ← G + xᵀ · u with G width × rank: the gradient of an adapter's matrix.
///
/// Rank is a multiple of 8.
package func accumulateOuterProduct(
    _ x: UnsafePointer<Float>, _ u: UnsafePointer<Float>, rows: Int, width: Int, rank: Int,
    addingTo g: UnsafeMutablePointer<Float>
) {
    var block = 0
    while block < rank {
        var row = 0
        while row &+ 4 <= rows {
            let x0 = x + row &* width
            let x1 = x0 + width
            let x2 = x1 + width
            let x3 = x2 + width
            let u0 = loadRank(u, row &* rank &+ block)
            let u1 = loadRank(u, (row &+ 1) &* rank &+ block)
            let u2 = loadRank(u, (row &+ 2) &* rank &+ block)
            let u3 = loadRank(u, (row &+ 3) &* rank &+ block)
            for i in 0..<width {
                var sum = loadRank(g, i &* rank &+ block).addingProduct(RankVector(repeating: x0[i]), u0)
                sum = sum.addingProduct(RankVector(repeating: x1[i]), u1)
                sum = sum.addingProduct(RankVector(repeating: x2[i]), u2)
                sum = sum.addingProduct(RankVector(repeating: x3[i]), u3)
                storeRank(sum, g, i &* rank &+ block)
            }
            row &+= 4
        }
        while row < rows {
            let x0 = x + row &* width
            let u0 = loadRank(u, row &* rank &+ block)
            for i in 0..<width {
                let sum = loadRank(g, i &* rank &+ block).addingProduct(RankVector(repeating: x0[i]), u0)
                storeRank(sum, g, i &* rank &+ block)
            }
            row &+= 1
        }
        block &+= 8
    }
}
