import Foundation

/// Arithmetic of check digits.
enum Checksums {
    /// The decimal digits of a text, in order.
    static func digits(_ text: UnsafeBufferPointer<UInt8>) -> [Int] {
        text.filter { 0x30...0x39 ~= $0 }.map { Int($0) - 0x30 }
    }

    /// The ASCII letters, in upper case, and digits of a text, in order.
    static func alphanumerics(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        text.compactMap { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A: byte
            case 0x61...0x7A: byte - 0x20
            default: nil
            }
        }
    }

    /// Whether every digit is the same, which passes many checks and is nobody's number.
    static func isRepetition(_ digits: [Int]) -> Bool { digits.allSatisfy { $0 == digits.first } }

    /// Luhn's check over all digits, the last of which is the check digit.
    static func luhn(_ digits: [Int]) -> Bool {
        guard digits.count > 1 else { return false }
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = index % 2 == 1 ? digit * 2 : digit
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    /// The sum of digits, each times its weight.
    static func weighted(_ digits: some Sequence<Int>, _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The number that digits write, for at most 18 of them.
    static func number(_ digits: some Sequence<Int>) -> Int {
        digits.prefix(18).reduce(0) { $0 * 10 + $1 }
    }

    /// ISO 7064's mod 11,10 over all digits, the last of which is the check digit.
    static func mod11and10(_ digits: [Int]) -> Bool {
        guard let check = digits.last else { return false }
        var product = 10
        for digit in digits.dropLast() {
            let sum = (digit + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (11 - product) % 10 == check
    }

    /// Verhoeff's check in the dihedral group of order ten (1969).
    static func verhoeff(_ digits: [Int]) -> Bool {
        let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
        var check = 0
        for (index, digit) in digits.reversed().enumerated() {
            var value = digit
            for _ in 0..<(index % 8) { value = permutation[value] }
            check = multiply(check, value)
        }
        return check == 0
    }

    /// The product of two elements: 0 to 4 turn a pentagon, 5 to 9 turn and mirror it.
    private static func multiply(_ a: Int, _ b: Int) -> Int {
        let turns = a < 5 ? a + b % 5 : a - b % 5
        let rotation = ((turns % 5) + 5) % 5
        return (a < 5) == (b < 5) ? rotation : rotation + 5
    }
}

/// Shannon's entropy of what may be a key.
enum Entropy {
    /// Bits a character in the longest run of letters, digits and the signs of base 64; 0 without any.
    static func bitsPerCharacter(ofLongestRunIn text: UnsafeBufferPointer<UInt8>) -> Double {
        var best = 0..<0
        var start: Int?
        for index in 0...text.count {
            if index < text.count, isKeyPart(text[index]) {
                start = start ?? index
            } else if let begin = start {
                if index - begin > best.count { best = begin..<index }
                start = nil
            }
        }
        guard !best.isEmpty else { return 0 }
        var counts = [Int](repeating: 0, count: 128)
        for byte in text[best] { counts[Int(byte & 0x7F)] += 1 }
        return counts.reduce(0.0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / Double(best.count)
            return sum - share * log2(share)
        }
    }

    private static func isKeyPart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
