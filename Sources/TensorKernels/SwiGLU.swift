/// SwiGLU: y = silu(gate) · up, with silu(z) = z / (1 + e^−z) (Shazeer, 2020).
package func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>
) {
    let one = Vector(repeating: 1)
    var i = 0
    while i &+ vectorWidth <= count {
        let z = load(gate, i)
        store(z / (one + exponential(-z)) * load(up, i), y, i)
        i &+= vectorWidth
    }
    while i < count {
        y[i] = gate[i] / (1 + exponential(-gate[i])) * up[i]
        i &+= 1
    }
}

/// The backward pass of `swiGLU`: overwrites `dGate` and `dUp`, which may be the buffers of gate and up themselves.
package func swiGLUBackward(
    _ dy: UnsafePointer<Float>, gate: UnsafePointer<Float>, up: UnsafePointer<Float>, count: Int,
    dGate: UnsafeMutablePointer<Float>, dUp: UnsafeMutablePointer<Float>
) {
    let one = Vector(repeating: 1)
    var i = 0
    while i &+ vectorWidth <= count {
        let z = load(gate, i)
        let u = load(up, i)
        let d = load(dy, i)
        let sigmoid = one / (one + exponential(-z))
        let silu = z * sigmoid
        store(d * silu, dUp, i)
        store(d * u * sigmoid * (one + z - silu), dGate, i)
        i &+= vectorWidth
    }
    while i < count {
        let z = gate[i]
        let u = up[i]
        let d = dy[i]
        let sigmoid = 1 / (1 + exponential(-z))
        dUp[i] = d * z * sigmoid
        dGate[i] = d * u * sigmoid * (1 + z - z * sigmoid)
        i &+= 1
    }
}
