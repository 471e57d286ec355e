/// English whose letters were replaced by those of another living script.
///
/// Every language has letters that are far commoner than others. Where they are rare in a text of its script, or where a
/// script of many signs shows only as many as an alphabet, the text may be a cipher, and solving it tells.
enum LivingSubstitution {
    /// The text's beginning as signs, if it is unlike the script's languages, and where in the text it ends.
    static func suspect(_ bytes: [UInt8]) -> (signs: SignText, end: Int)? {
        var counts: [LivingScript: Int] = [:]
        var signs: [UInt32] = []
        var reader = ScalarReader(bytes)
        var end = 0
        while signs.count < 600, let scalar = reader.next() {
            end += Unicode.Scalar(scalar).map { UTF8.width($0) } ?? 1
            if (0x300..<0x370).contains(scalar) { continue }
            guard let script = LivingScript(scalar) else {
                signs.append(0)
                continue
            }
            counts[script, default: 0] += 1
            signs.append(lower(scalar))
        }
        let all = counts.values.reduce(0, +)
        guard all >= 48, let text = SignText(signs) else { return nil }
        let main = LivingScript.allCases.max { counts[$0, default: 0] < counts[$1, default: 0] }
        guard let main, counts[main, default: 0] * 10 >= all * 9 else { return nil }
        if let common = commonest[main] {
            let hits = text.signs.filter(common.contains).count
            return hits * 100 < text.length * 64 ? (text, end) : nil
        }
        // Syllables and words' signs are far more than 28 in so long a text.
        return text.distinct <= 28 && text.length >= 80 ? (text, end) : nil
    }

    private static func lower(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0x391...0x3A9: scalar + 0x20
        case 0x410...0x42F: scalar + 0x20
        case 0x400...0x40F: scalar + 0x50
        case 0x531...0x556: scalar + 0x30
        case 0x3AC: 0x3B1
        case 0x3AD: 0x3B5
        case 0x3AE: 0x3B7
        case 0x3AF: 0x3B9
        case 0x3CC: 0x3BF
        case 0x3CD: 0x3C5
        case 0x3CE: 0x3C9
        default: scalar
        }
    }

    private static let commonest: [LivingScript: Set<UInt32>] = [
        .greek: "αοιετσνηυρςπκ", .cyrillic: "оеаинтсрвлкіәұңө", .armenian: "աենիրոտուկվըս", .hebrew: "יוהלאתרמשבנ",
        .arabic: "اليمنرتوبهعكدیک", .georgian: "აიებრსმნოლდვ",
    ].mapValues { Set($0.unicodeScalars.map(\.value)) }
}
