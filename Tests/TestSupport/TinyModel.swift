/// A language model of a few thousand random weights with a byte-level vocabulary, for tests that need speed, not sense.
package enum TinyModel {
    /// The architectures that it can be written as.
    package enum Architecture: String, Sendable, CaseIterable {
        case llama
        case qwen2
    }

    package static let width = 32
    package static let layers = 3
    package static let heads = 4
    package static let keyValueHeads = 2
    package static let headDimension = 8
    package static let feedForward = 48
    package static let vocabulary = 258

    /// A weight of a tensor: reproducible, of zero mean.
    package static func weight(_ name: String, _ index: Int) -> Float {
        var hash: UInt64 = 1_469_598_103_934_665_603
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        hash = (hash ^ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        hash = hash &* 0xBF58_476D_1CE4_E5B9
        return (Float(hash >> 40) / 8_388_608 - 1) * 0.3
    }

    /// A tensor's values: weights, or for norms values around one.
    package static func values(_ name: String, count: Int) -> [Float] {
        let isNorm = name.contains("norm")
        return (0..<count).map { (isNorm ? 1 : 0) + weight(name, $0) }
    }

    /// Names and shapes (fastest dimension first) of all tensors.
    package static func tensors(_ architecture: Architecture) -> [(name: String, shape: [Int])] {
        let keyValue = keyValueHeads * headDimension
        var list: [(String, [Int])] = [("token_embd.weight", [width, vocabulary]), ("output_norm.weight", [width])]
        if architecture == .qwen2 { list.append(("output.weight", [width, vocabulary])) }
        for layer in 0..<layers {
            let prefix = "blk.\(layer)."
            list += [
                (prefix + "attn_norm.weight", [width]), (prefix + "ffn_norm.weight", [width]),
                (prefix + "attn_q.weight", [width, width]), (prefix + "attn_k.weight", [width, keyValue]),
                (prefix + "attn_v.weight", [width, keyValue]), (prefix + "attn_output.weight", [width, width]),
                (prefix + "ffn_gate.weight", [width, feedForward]), (prefix + "ffn_up.weight", [width, feedForward]),
                (prefix + "ffn_down.weight", [feedForward, width]),
            ]
            if architecture == .qwen2 {
                list += [
                    (prefix + "attn_q.bias", [width]), (prefix + "attn_k.bias", [keyValue]),
                    (prefix + "attn_v.bias", [keyValue]),
                ]
            }
        }
        return list
    }

    /// The model as a GGUF file.
    package static func bytes(_ architecture: Architecture = .llama) -> [UInt8] {
        var writer = GGUFWriter()
        let name = architecture.rawValue
        writer.add("general.architecture", .string(name))
        writer.add("\(name).block_count", .uint32(UInt32(layers)))
        writer.add("\(name).context_length", .uint32(2048))
        writer.add("\(name).embedding_length", .uint32(UInt32(width)))
        writer.add("\(name).feed_forward_length", .uint32(UInt32(feedForward)))
        writer.add("\(name).attention.head_count", .uint32(UInt32(heads)))
        writer.add("\(name).attention.head_count_kv", .uint32(UInt32(keyValueHeads)))
        writer.add("\(name).attention.layer_norm_rms_epsilon", .float32(1e-5))
        writer.add("\(name).rope.freq_base", .float32(10_000))
        writer.add("tokenizer.ggml.model", .string("gpt2"))
        writer.add("tokenizer.ggml.pre", .string(architecture == .llama ? "smollm" : "qwen2"))
        writer.add("tokenizer.ggml.tokens", .strings(byteAlphabet + ["<|im_start|>", "<|im_end|>"]))
        writer.add("tokenizer.ggml.token_type", .int32s([Int32](repeating: 1, count: 256) + [3, 3]))
        writer.add("tokenizer.ggml.merges", .strings([]))
        writer.add("tokenizer.ggml.eos_token_id", .uint32(257))
        writer.add("tokenizer.chat_template", .string("<|im_start|>"))
        for (name, shape) in tensors(architecture) {
            writer.addTensor(name, shape: shape, values(name, count: shape.reduce(1, *)))
        }
        return writer.bytes()
    }

    /// GPT-2's spelling of each byte: printable ones stand for themselves, the rest for the scalars from U+0100 on.
    private static var byteAlphabet: [String] {
        var next: UInt32 = 0x100
        return (0..<256 as Range<UInt32>).map { byte in
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            defer { if !isPrintable { next += 1 } }
            return Unicode.Scalar(isPrintable ? byte : next).map { String(Character($0)) } ?? ""
        }
    }
}
