import TextNormalization

/// Hosts that are not what they look like.
enum ConfusableHost {
    /// Whether a label of the host in a link or domain reads as ASCII though it is not, or mixes Latin letters with those
    /// of Greek, Cyrillic, Armenian or Cherokee, as no registry lets one label do (UTS #39, section 5.2).
    static func isConfusable(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        LinkHost.host(text).split(separator: UInt8(ascii: ".")).contains { label in
            let label = Array(label)
            guard label.contains(where: { $0 >= 0x80 }) else { return false }
            let hasLatin = label.contains { 0x61...0x7A ~= $0 | 0x20 }
            let scalars = String(decoding: label, as: UTF8.self).unicodeScalars
            if hasLatin, scalars.contains(where: isOtherAlphabet) { return true }
            let view = label.withUnsafeBufferPointer { TextNormalizer.views(of: $0, .unicode).last }
            return view.map { view in
                // Digits and hyphens alone look like nothing; accents keep a label from being ASCII.
                view.bytes.allSatisfy { $0 < 0x80 } && view.bytes.contains { 0x61...0x7A ~= $0 | 0x20 }
            } ?? false
        }
    }

    private static func isOtherAlphabet(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x370...0x3FF, 0x400...0x52F, 0x530...0x58F, 0x13A0...0x13FF, 0x1F00...0x1FFF, 0xAB70...0xABBF: true
        default: false
        }
    }
}
