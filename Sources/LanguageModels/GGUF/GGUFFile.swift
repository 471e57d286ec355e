/// A model in the GGUF format, version 2 or 3, mapped into memory.
///
/// Specification: GGUF (ggml project). The header is read and checked once; strings, arrays and weights stay in the
/// mapping. Version 2 has the same layout as version 3.
package struct GGUFFile: Sendable {
    /// The path as the caller gave it.
    package var path: String { mapping.path }

    /// The file's length in bytes.
    package var byteCount: Int { mapping.bytes.count }

    /// The format's version: 2 or 3.
    package let version: Int

    /// The metadata by key.
    package let metadata: [String: GGUFValue]

    /// The tensors by name.
    package let tensors: [String: GGUFTensor]

    private let mapping: MappedFile

    /// Maps the file and reads its header.
    ///
    /// Every length, count, type, shape and offset is checked against the file.
    package init(path: String) throws(GGUFError) {
        mapping = try MappedFile(path: path)
        var reader = GGUFReader(mapping)
        version = try Self.readVersion(&reader)
        let tensorCount = try reader.count(ofAtLeast: Self.minimumTensorBytes, "tensor_count")
        let keyCount = try reader.count(ofAtLeast: Self.minimumEntryBytes, "metadata_kv_count")
        metadata = try Self.readMetadata(&reader, count: keyCount)
        let alignment = try Self.alignment(metadata, reader)
        tensors = try Self.readTensors(&reader, count: tensorCount, alignment: alignment)
    }

    /// The bytes of a tensor of this file; valid while this value, or a copy of it, lives.
    package func bytes(of tensor: GGUFTensor) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: mapping.bytes[tensor.offset..<tensor.offset + tensor.byteCount])
    }

    /// The tensor of that name.
    package func requireTensor(_ name: String) throws(GGUFError) -> GGUFTensor {
        guard let tensor = tensors[name] else {
            throw GGUFError(
                .missingTensor, "the model has no tensor '\(name)'",
                remedy: "Use a complete model of a supported architecture", path: path)
        }
        return tensor
    }
}
