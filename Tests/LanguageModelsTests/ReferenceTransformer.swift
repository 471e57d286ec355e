import Foundation
import TestSupport

/// The tiny model's forward pass written out in float64 without any of the fast path's tricks.
struct ReferenceTransformer {
    let architecture: TinyModel.Architecture

    /// −log p of each token after the first.
    func losses(_ tokens: [Int32]) -> [Double] {
        let width = TinyModel.width
        let embedding = tensor("token_embd.weight", width * TinyModel.vocabulary)
        let x = states(tokens, enteringLayer: TinyModel.layers)
        let head =
            architecture == .qwen2 ? tensor("output.weight", width * TinyModel.vocabulary) : embedding
        let norm = tensor("output_norm.weight", width)
        return (1..<tokens.count).map { position in
            let logits = multiply(rms(x[position - 1], norm), head, TinyModel.vocabulary, bias: nil)
            let largest = logits.max() ?? 0
            return log(logits.reduce(0) { $0 + exp($1 - largest) }) + largest - logits[Int(tokens[position])]
        }
    }

    /// Each token's hidden state before a layer, or after the last one.
    func states(_ tokens: [Int32], enteringLayer layer: Int) -> [[Double]] {
        let width = TinyModel.width
        let embedding = tensor("token_embd.weight", width * TinyModel.vocabulary)
        var x = tokens.map { token in (0..<width).map { embedding[Int(token) * width + $0] } }
        for index in 0..<layer { x = block(x, "blk.\(index).") }
        return x
    }

    private func block(_ x: [[Double]], _ prefix: String) -> [[Double]] {
        let (width, head) = (TinyModel.width, TinyModel.headDimension)
        let keyValue = TinyModel.keyValueHeads * head
        let normed = x.map { rms($0, tensor(prefix + "attn_norm.weight", width)) }
        func project(_ name: String, _ count: Int) -> [[Double]] {
            let weights = tensor(prefix + name + ".weight", width * count)
            let bias = architecture == .qwen2 ? tensor(prefix + name + ".bias", count) : nil
            return normed.map { multiply($0, weights, count, bias: bias) }
        }
        let queries = project("attn_q", width).enumerated().map { rotate($0.element, position: $0.offset) }
        let keys = project("attn_k", keyValue).enumerated().map { rotate($0.element, position: $0.offset) }
        let values = project("attn_v", keyValue)
        let group = TinyModel.heads / TinyModel.keyValueHeads
        return x.indices.map { i in
            var context = [Double](repeating: 0, count: width)
            for h in 0..<TinyModel.heads {
                let offset = h / group * head
                let scores = (0...i).map { j in
                    (0..<head).reduce(0) { $0 + queries[i][h * head + $1] * keys[j][offset + $1] }
                        / Double(head).squareRoot()
                }
                let largest = scores.max() ?? 0
                let total = scores.reduce(0) { $0 + exp($1 - largest) }
                for j in 0...i {
                    let p = exp(scores[j] - largest) / total
                    for c in 0..<head { context[h * head + c] += p * values[j][offset + c] }
                }
            }
            let attended = multiply(context, tensor(prefix + "attn_output.weight", width * width), width, bias: nil)
            let residual = zip(x[i], attended).map { $0 + $1 }
            let inner = rms(residual, tensor(prefix + "ffn_norm.weight", width))
            let count = TinyModel.feedForward
            let gate = multiply(inner, tensor(prefix + "ffn_gate.weight", width * count), count, bias: nil)
            let up = multiply(inner, tensor(prefix + "ffn_up.weight", width * count), count, bias: nil)
            let activated = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
            let down = multiply(activated, tensor(prefix + "ffn_down.weight", width * count), width, bias: nil)
            return zip(residual, down).map { $0 + $1 }
        }
    }

    private func tensor(_ name: String, _ count: Int) -> [Double] {
        TinyModel.values(name, count: count).map(Double.init)
    }

    private func rms(_ x: [Double], _ gain: [Double]) -> [Double] {
        let scale = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + 1e-5).squareRoot()
        return zip(x, gain).map { $0 * scale * $1 }
    }

    private func multiply(_ x: [Double], _ weights: [Double], _ outputs: Int, bias: [Double]?) -> [Double] {
        (0..<outputs).map { output in
            var sum = bias?[output] ?? 0
            for input in x.indices { sum += x[input] * weights[output * x.count + input] }
            return sum
        }
    }

    private func rotate(_ x: [Double], position: Int) -> [Double] {
        var y = x
        let half = TinyModel.headDimension / 2
        for start in stride(from: 0, to: x.count, by: TinyModel.headDimension) {
            for i in 0..<half {
                let angle = Double(position) * pow(10_000, -Double(i) / Double(half))
                let (a, b) = architecture == .llama ? (start + 2 * i, start + 2 * i + 1) : (start + i, start + i + half)
                y[a] = x[a] * cos(angle) - x[b] * sin(angle)
                y[b] = x[a] * sin(angle) + x[b] * cos(angle)
            }
        }
        return y
    }
}
