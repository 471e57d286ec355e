/// Letters of unusual blocks that stand for plain ones.
struct ScriptDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        guard segment.high * 4 >= segment.visible else { return [] }
        var text: [UInt8] = []
        var (folded, visible) = (0, 0)
        for scalar in segment.scalars {
            if scalar > 0x20 { visible += 1 }
            if let plain = Self.plain(scalar) {
                text.append(plain)
                if scalar >= 0x80 { folded += 1 }
            } else {
                text.append(scalar: scalar)
            }
        }
        guard folded >= 12, folded * 3 >= visible else { return [] }
        // Turned e and a.
        let isTurned = segment.scalars.contains { $0 == 0x1DD || $0 == 0x250 }
        return (isTurned ? [Self.turned(text)] : [text, text.reversed()]).map {
            Decoding(family: .script, text: $0, isJoined: true)
        }
    }

    /// Upside down: the last letter comes first, and some letters are other letters turned.
    private static func turned(_ text: [UInt8]) -> [UInt8] {
        let pairs: [UInt8: UInt8] = [
            0x71: 0x62, 0x62: 0x71, 0x70: 0x64, 0x64: 0x70, 0x75: 0x6E, 0x6E: 0x75,
        ]
        return text.reversed().map { pairs[$0] ?? $0 }
    }

    /// The plain letter, digit or sign of a scalar, or `nil` where it has none.
    static func plain(_ scalar: UInt32) -> UInt8? {
        func letter(_ offset: UInt32) -> UInt8 { UInt8(0x61 + offset % 26) }
        switch scalar {
        case 0x20..<0x7F: return UInt8(scalar)
        case 0x1D400..<0x1D6A4: return letter(scalar - 0x1D400)
        case 0x1D7CE..<0x1D800: return UInt8(0x30 + (scalar - 0x1D7CE) % 10)
        case 0xFF01...0xFF5E: return UInt8(scalar - 0xFF01 + 0x21)
        case 0x249C...0x24B5: return letter(scalar - 0x249C)
        case 0x24B6...0x24CF: return letter(scalar - 0x24B6)
        case 0x24D0...0x24E9: return letter(scalar - 0x24D0)
        case 0x1F110...0x1F129: return letter(scalar - 0x1F110)
        case 0x1F130...0x1F149: return letter(scalar - 0x1F130)
        case 0x1F150...0x1F169: return letter(scalar - 0x1F150)
        case 0x1F170...0x1F189: return letter(scalar - 0x1F170)
        case 0x1F1E6...0x1F1FF: return letter(scalar - 0x1F1E6)
        case 0x3000: return 0x20
        default: return others[scalar]
        }
    }

    /// Single letters: of Braille, of runes as they are written for English, raised, small and turned ones, and the
    /// letterlike signs that fill the gaps of the mathematical block.
    private static let others: [UInt32: UInt8] = {
        var letters: [UInt32: UInt8] = [:]
        let lists: [(String, String)] = [
            ("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"),
            (" .,;:!?'-", "⠀⠲⠂⠆⠒⠖⠦⠄⠤"),
            ("abcdefghijklmnopqrstuvwxyz", "ᚪᛒᚳᛞᛖᚠᚷᚻᛁᛄᚴᛚᛗᚾᚩᛈᛩᚱᛋᛏᚢᚡᚹᛪᚣᛉ"),
            ("abcdefghijklmnopqrstuvwxyz", "ᚨᛒᚲᛞᛖᚠᚷᚺᛁᛃᚲᛚᛗᚾᛟᛈᚲᚱᛊᛏᚢᚢᚹᛪᚤᛉ"),
            (" ", "᛫"), (" ", "᛬"), (" ", "\u{1680}"), ("t", "ᚦ"), ("n", "ᛜ"), ("k", "ᛣ"), ("c", "ᛍ"), ("s", "ᛌ"),
            ("abcdefghijklmnopqrstuvwxyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡˣʏᴢ"),
            ("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"),
            ("acefghijkmrtvwy", "ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ"), ("i", "ı"), ("l", "ן"), ("g", "ɓ"),
            ("abdeghijklmnoprtuvw", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ"),
            ("aeijoruvxhklmnpst", "ₐₑᵢⱼₒᵣᵤᵥₓₕₖₗₘₙₚₛₜ"),
            ("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
            ("behiflmrchirzcegopqrnhhz", "ℬℰℋℐℱℒℳℛℭℌℑℜℨℂℯℊℴℙℚℝℕℍℎℤ"),
        ]
        for (plain, marked) in lists {
            for (letter, scalar) in zip(plain.utf8, marked.unicodeScalars) where scalar.value >= 0x80 {
                letters[scalar.value] = letters[scalar.value] ?? letter
            }
        }
        return letters
    }()
}
