/// Words by which a request or a system prompt names an encoding.
enum EncodingWords {
    private static let names: Set<String> = [
        "acrostic", "ascii", "ascii85", "atbash", "backward", "backwards", "base32", "base64", "base85",
        "binary", "braille", "caesar", "cipher", "ciphered", "ciphers", "ciphertext", "cryptogram", "cypher",
        "decipher", "decode", "decoded", "decodes", "decoding", "decrypt", "decrypted", "encipher", "encode", "encoded",
        "encodes", "encoding", "encrypt", "encrypted", "encryption", "hex", "hexadecimal", "leetspeak", "morse",
        "mirrored", "obfuscate", "obfuscated", "obfuscation", "octal", "pig", "plaintext", "polybius",
        "reverse", "reversed", "reversing", "rot", "rot13", "rot47", "runes", "runic", "scramble", "scrambled",
        "scrambling", "steganography", "transposition", "unscramble", "vigenere", "whitespace",
    ]

    /// Whether a text names an encoding.
    static func areNamed(in text: String) -> Bool {
        var bytes = text.utf8.prefix(4000)[...]
        while let start = bytes.firstIndex(where: isPart) {
            let end = bytes[start...].firstIndex { !isPart($0) } ?? bytes.endIndex
            let word = bytes[start..<end]
            if word.count <= 14,
                names.contains(String(decoding: word.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self))
            {
                return true
            }
            bytes = bytes[end...]
        }
        return false
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
