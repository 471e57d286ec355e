/// Numbers that states give to people, as their issuers publish how to check them.
enum NationalIdentifier {
    /// Whether the number at the end of a match, or its digits, is one of the kind; other kinds of checks accept all.
    static func accepts(_ kind: PatternCheck, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let digits = Checksums.digits(text)
        switch kind {
        case .esDni, .fiHetu, .itCf, .sgNric, .ukNino:
            return LetteredIdentifier.accepts(kind, Checksums.alphanumerics(text))
        case .cnId: return LetteredIdentifier.cnId(Checksums.alphanumerics(text))
        case .frNir: return LetteredIdentifier.frNir(Checksums.alphanumerics(text))
        default: return !Checksums.isRepetition(digits) && accepts(kind, digits)
        }
    }

    private static func accepts(_ kind: PatternCheck, _ digits: [Int]) -> Bool {
        switch kind {
        case .atSvnr:
            digits.count == 10 && digits[0] != 0
                && Checksums.weighted(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digits[3]
        case .auTfn: digits.count == 9 && Checksums.weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0
        case .beNrn: digits.count == 11 && beNrn(digits)
        case .bgEgn:
            digits.count == 10 && Checksums.weighted(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digits[9]
        case .brCpf:
            digits.count == 11
                && Checksums.weighted(digits.prefix(9), Array(stride(from: 10, through: 2, by: -1))) * 10 % 11 % 10
                    == digits[9]
                && Checksums.weighted(digits.prefix(10), Array(stride(from: 11, through: 2, by: -1))) * 10 % 11 % 10
                    == digits[10]
        case .caSin: digits.count == 9 && digits[0] != 0 && digits[0] != 8 && Checksums.luhn(digits)
        case .chAhv:
            digits.count == 13 && digits.starts(with: [7, 5, 6])
                && Checksums.weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0
        case .deIdnr: digits.count == 11 && deIdnr(digits)
        case .inAadhaar: digits.count == 12 && digits[0] > 1 && Checksums.verhoeff(digits)
        case .krRrn:
            digits.count == 13 && isDate(month: digits[2...3], day: digits[4...5])
                && (11 - Checksums.weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == digits[12]
        case .nlBsn: digits.count == 9 && Checksums.weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0
        case .noFnr:
            digits.count == 11
                && (11 - Checksums.weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11 == digits[9]
                && (11 - Checksums.weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == digits[10]
        case .plPesel:
            digits.count == 11 && isDate(month: [digits[2] % 2, digits[3]], day: digits[4...5])
                && (10 - Checksums.weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10 == digits[10]
        case .ptNif: digits.count == 9 && [1, 2, 3, 5, 6, 8, 9].contains(digits[0]) && ptNif(digits)
        case .roCnp: digits.count == 13 && digits[0] != 0 && roCnp(digits)
        case .sePnr:
            (digits.count == 10 || digits.count == 12) && Checksums.luhn(digits.suffix(10))
                && isDate(month: digits.suffix(8).prefix(2), day: digits.suffix(6).prefix(2))
        case .trTckn: digits.count == 11 && digits[0] != 0 && trTckn(digits)
        case .ukNhs:
            digits.count == 10
                && (11 - Checksums.weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 == digits[9]
        case .usSsn: digits.count == 9 && usSsn(digits)
        case .zaId:
            digits.count == 13 && digits[10] <= 2 && isDate(month: digits[2...3], day: digits[4...5])
                && Checksums.luhn(digits)
        default: true
        }
    }

    private static func isDate(month: some Collection<Int>, day: some Collection<Int>) -> Bool {
        1...12 ~= Checksums.number(month) && 1...31 ~= Checksums.number(day)
    }

    /// The check is 97 less the remainder of the nine digits; before them, who was born from 2000 on has a 2.
    private static func beNrn(_ digits: [Int]) -> Bool {
        let number = Checksums.number(digits.prefix(9))
        let check = Checksums.number(digits.suffix(2))
        return 97 - number % 97 == check || 97 - (2_000_000_000 + number) % 97 == check
    }

    /// One digit of the first ten stands there twice or three times, and the eleventh checks them.
    private static func deIdnr(_ digits: [Int]) -> Bool {
        let counts = Dictionary(grouping: digits.prefix(10)) { $0 }.values.map(\.count)
        return digits[0] != 0 && counts.filter { $0 > 1 }.count == 1 && (counts.max() ?? 0) <= 3
            && Checksums.mod11and10(digits)
    }

    private static func ptNif(_ digits: [Int]) -> Bool {
        let check = 11 - Checksums.weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
        return (check > 9 ? 0 : check) == digits[8]
    }

    private static func roCnp(_ digits: [Int]) -> Bool {
        let check = Checksums.weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
        return (check == 10 ? 1 : check) == digits[12] && isDate(month: digits[3...4], day: digits[5...6])
    }

    private static func trTckn(_ digits: [Int]) -> Bool {
        let odd = Checksums.weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1])
        let even = Checksums.weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1])
        return (odd * 7 - even + 100) % 10 == digits[9] && digits.prefix(10).reduce(0, +) % 10 == digits[10]
    }

    /// What the Social Security Administration never issues is none, nor are the numbers known from advertisements.
    private static func usSsn(_ digits: [Int]) -> Bool {
        let area = Checksums.number(digits.prefix(3))
        guard 1...899 ~= area, area != 666, digits[3] + digits[4] > 0, Checksums.number(digits.suffix(4)) > 0 else {
            return false
        }
        return ![078_051_120, 219_099_999, 123_456_789, 111_223_333].contains(Checksums.number(digits))
    }
}
