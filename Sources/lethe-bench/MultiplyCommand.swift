import ArgumentParser
import TensorKernels

/// Measures the product that everything rests on.
struct MultiplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "multiply",
        abstract: "Measures dnnl_sgemm: the limit of training and scoring, in floating-point operations.",
        discussion: """
            Every thread multiplies by itself, as Lethe's parts of a batch do: 256 rows by weights of 576 × 1536, the \
            largest map of a layer of SmolLM2-135M, whose operands stay in the cache.
            """)

    @Option(help: "Threads that multiply side by side.")
    var threads = 2

    @Option(help: "Products of each thread.")
    var products = 2000

    func run() throws {
        let (rows, depth, columns) = (256, 576, 1536)
        let pool = WorkerPool(threadCount: threads)
        let buffers = (0..<threads).map { _ in
            (FloatBuffer(count: rows * depth), FloatBuffer(count: depth * columns), FloatBuffer(count: rows * columns))
        }
        for (a, b, _) in buffers {
            for index in 0..<a.count { a.pointer[index] = Float(index % 7) - 3 }
            for index in 0..<b.count { b.pointer[index] = Float(index % 5) - 2 }
        }
        func multiply(_ count: Int) throws {
            try pool.run(threads) { task, _ in
                let (a, b, c) = buffers[task]
                for _ in 0..<count {
                    try matrixMultiply(
                        MatrixView(a.pointer, rowStride: depth), MatrixView(b.pointer, rowStride: columns),
                        into: MatrixView(c.pointer, rowStride: columns), rows: rows, columns: columns, depth: depth)
                }
            }
        }
        try multiply(20)
        let time = try seconds { try multiply(products) }
        Measurement(
            name: "multiply", amount: 2.0 * Double(rows * depth * columns * products * threads), seconds: time
        ).print()
    }
}
