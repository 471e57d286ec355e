import TensorKernels

extension GGUFFile {
    /// A tensor that must be there with this shape, the fastest dimension first.
    ///
    /// - Throws: `LanguageModelError` naming the tensor.
    @discardableResult
    func requireTensor(_ name: String, shape: [Int]) throws(LanguageModelError) -> GGUFTensor {
        guard let tensor = tensors[name] else {
            throw LanguageModelError(
                .missingTensor, "\(path): tensor \(name) is missing",
                remedy: "The file is incomplete or not a language model; fetch it again")
        }
        // A vector may be stored with trailing dimensions of one.
        guard Array(tensor.shape.prefix(shape.count)) == shape,
            tensor.shape.dropFirst(shape.count).allSatisfy({ $0 == 1 })
        else {
            throw LanguageModelError(
                .wrongShape, "\(path): tensor \(name) has shape \(tensor.shape), not \(shape)",
                remedy: "The file's metadata and tensors do not belong together; fetch it again")
        }
        return tensor
    }

    /// Decodes whole rows of a tensor into `target`; a row is the tensor's fastest dimension.
    ///
    /// - Precondition: the rows lie inside the tensor, and `target` has room for them.
    func dequantizeRows(of tensor: GGUFTensor, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        let width = tensor.shape[0]
        let rowBytes = width / tensor.format.blockLength * tensor.format.blockBytes
        precondition(rows.lowerBound >= 0 && rows.upperBound * rowBytes <= tensor.byteCount, "rows lie in the tensor")
        guard let base = bytes(of: tensor).baseAddress else { return }
        dequantize(base + rows.lowerBound * rowBytes, format: tensor.format, count: rows.count * width, into: target)
    }

    /// All values of a small tensor.
    func values(of tensor: GGUFTensor) -> [Float] {
        let buffer = FloatBuffer(count: tensor.elementCount)
        dequantizeRows(of: tensor, 0..<tensor.elementCount / tensor.shape[0], into: buffer.pointer)
        return buffer.array
    }
}
