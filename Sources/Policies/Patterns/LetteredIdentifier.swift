/// Numbers of people that hold letters.
enum LetteredIdentifier {
    /// Whether the characters end with a number of the kind.
    static func accepts(_ kind: PatternCheck, _ text: [UInt8]) -> Bool {
        switch kind {
        case .esDni: esDni(text.suffix(9))
        case .fiHetu: fiHetu(text)
        case .itCf: itCf(Array(text.suffix(16)))
        case .sgNric: sgNric(Array(text.suffix(9)))
        case .ukNino: ukNino(Array(text.suffix(9)))
        default: true
        }
    }

    private static func number(_ text: some Collection<UInt8>) -> Int? {
        guard text.count <= 18, text.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }

    private static func letter(_ letters: StaticString, _ index: Int) -> UInt8 { letters.utf8Start[index] }

    /// Seventeen digits and a check in mod 11-2 of ISO 7064 (GB 11643).
    static func cnId(_ text: [UInt8]) -> Bool {
        let text = Array(text.suffix(18))
        guard text.count == 18, number(text.prefix(17)) != nil else { return false }
        let digits = text.prefix(17).map { Int($0) - 0x30 }
        guard [18, 19, 20].contains(digits[6] * 10 + digits[7]), 1...12 ~= digits[10] * 10 + digits[11],
            1...31 ~= digits[12] * 10 + digits[13]
        else { return false }
        let sum = Checksums.weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
        return letter("10X98765432", sum % 11) == text[17]
    }

    /// Thirteen characters and 97 less their remainder; Corsica's departments count as 19 and 18.
    static func frNir(_ text: [UInt8]) -> Bool {
        var text = Array(text.suffix(15))
        guard text.count == 15 else { return false }
        if text[5] == UInt8(ascii: "2"), text[6] == UInt8(ascii: "A") || text[6] == UInt8(ascii: "B") {
            (text[5], text[6]) = (
                UInt8(ascii: "1"), text[6] == UInt8(ascii: "A") ? UInt8(ascii: "9") : UInt8(ascii: "8")
            )
        }
        guard let body = number(text.prefix(13)), let key = number(text.suffix(2)),
            [1, 2, 3, 4, 7, 8].contains(Int(text[0]) - 0x30)
        else { return false }
        return 97 - body % 97 == key
    }

    private static func esDni(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count == 9, let first = text.first, let last = text.last else { return false }
        var body = text.dropLast()
        if let series = [UInt8(ascii: "X"), UInt8(ascii: "Y"), UInt8(ascii: "Z")].firstIndex(of: first) {
            body[body.startIndex] = 0x30 + UInt8(series)
        }
        guard let number = number(body) else { return false }
        return letter("TRWAGMYFPDXBNJZSQVHLCKE", number % 23) == last
    }

    /// The sign between date and number is not among the characters; from 2000 on it is a letter.
    private static func fiHetu(_ text: [UInt8]) -> Bool {
        guard text.count >= 10 else { return false }
        let hasLetter =
            text.count >= 11 && number(text.suffix(11).prefix(6)) != nil && number(text.suffix(11).prefix(7)) == nil
        let own = Array(text.suffix(hasLetter ? 11 : 10))
        guard let date = number(own.prefix(6)), let serial = number(own.suffix(4).prefix(3)), let last = own.last,
            1...31 ~= date / 10_000, 1...12 ~= date / 100 % 100, serial >= 2
        else { return false }
        return letter("0123456789ABCDEFHJKLMNPRSTUVWXY", (date * 1000 + serial) % 31) == last
    }

    private static func itCf(_ text: [UInt8]) -> Bool {
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        guard text.count == 16, text[15] >= 0x41 else { return false }
        var sum = 0
        for (index, byte) in text.prefix(15).enumerated() {
            let value = byte < 0x41 ? Int(byte) - 0x30 : Int(byte) - 0x41
            sum += index % 2 == 0 ? odd[value] : value
        }
        return sum % 26 == Int(text[15]) - 0x41
    }

    private static func sgNric(_ text: [UInt8]) -> Bool {
        guard text.count == 9, number(text[1...7]) != nil else { return false }
        let sum = Checksums.weighted(text[1...7].map { Int($0) - 0x30 }, [2, 7, 6, 5, 4, 3, 2])
        switch text[0] {
        case UInt8(ascii: "S"): return letter("JZIHGFEDCBA", sum % 11) == text[8]
        case UInt8(ascii: "T"): return letter("JZIHGFEDCBA", (sum + 4) % 11) == text[8]
        case UInt8(ascii: "F"): return letter("XWUTRQPNMLK", sum % 11) == text[8]
        case UInt8(ascii: "G"): return letter("XWUTRQPNMLK", (sum + 4) % 11) == text[8]
        case UInt8(ascii: "M"): return letter("XWUTRQPNJLK", (sum + 3) % 11) == text[8]
        default: return false
        }
    }

    /// Prefixes that HM Revenue and Customs does not give are none.
    private static func ukNino(_ text: [UInt8]) -> Bool {
        guard text.count == 9, number(text[2...7]) != nil, 0x41...0x44 ~= text[8] else { return false }
        let prefix = String(decoding: text[0...1], as: UTF8.self)
        return !"DFIQUV".utf8.contains(text[0]) && !"DFIOQUV".utf8.contains(text[1])
            && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(prefix) && text[2...7] != ArraySlice("123456".utf8)
    }
}
