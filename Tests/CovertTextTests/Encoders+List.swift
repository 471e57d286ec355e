import Foundation
import TestSupport

extension Encoder {
    /// Every encoder.
    static let all: [Encoder] = codes + alphabets + orders + carriers + nested

    static let codes: [Encoder] = [
        Encoder("base64", "base64") { text, _ in Data(text.utf8).base64EncodedString() },
        Encoder("base64url without padding", "base64") { text, _ in
            Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=", with: "")
        },
        Encoder("base64 in lines", "base64") { text, _ in
            Data(text.utf8).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        },
        Encoder("base64 in a sentence", "base64") { text, _ in
            "Sure, here it is as you like it: \(Data(text.utf8).base64EncodedString()). Let me know if you need more."
        },
        Encoder("base32", "base32") { text, _ in Cipher.base32(text) },
        Encoder("base32 lower case", "base32") { text, _ in Cipher.base32(text).lowercased().replacing("=", with: "") },
        Encoder("Ascii85", "base85") { text, _ in "<~" + Cipher.base85(text, Cipher.ascii85) + "~>" },
        Encoder("Ascii85 without brackets", "base85") { text, _ in Cipher.base85(text, Cipher.ascii85) },
        Encoder("RFC 1924", "base85") { text, _ in Cipher.base85(text, Cipher.rfc1924) },
        Encoder("hex", "hex") { text, _ in text.utf8.map { String(format: "%02x", $0) }.joined() },
        Encoder("hex with spaces", "hex") { text, _ in
            text.utf8.map { String(format: "%02X", $0) }.joined(separator: " ")
        },
        Encoder("hex with 0x", "hex") { text, _ in
            text.utf8.map { String(format: "0x%02x", $0) }.joined(separator: ", ")
        },
        Encoder("binary", "binary") { text, _ in
            text.utf8.map { byte in Cipher.bits(String(decoding: [byte], as: UTF8.self)) }.joined(separator: " ")
        },
        Encoder("binary without spaces", "binary") { text, _ in Cipher.bits(text) },
        Encoder("binary of seven bits", "binary") { text, _ in Cipher.bits(text, width: 7) },
        Encoder("Bacon", "binary") { text, _ in
            Cipher.bacon(text)
        },
        Encoder("decimal codes", "decimal") { text, _ in text.utf8.map { "\($0)" }.joined(separator: " ") },
        Encoder("decimal codes with commas", "decimal") { text, _ in text.utf8.map { "\($0)" }.joined(separator: ",") },
        Encoder("octal codes", "decimal") { text, _ in text.utf8.map { String($0, radix: 8) }.joined(separator: " ") },
        Encoder("three digits a character", "decimal") { text, _ in
            text.utf8.map { String(format: "%03d", $0) }.joined()
        },
        Encoder("numbers in the alphabet", "decimal") { text, _ in
            Cipher.numbers(text, Array(1...26), separator: "-", gap: " ")
        },
        Encoder("percent escapes", "escapes") { text, _ in text.utf8.map { String(format: "%%%02X", $0) }.joined() },
        Encoder("backslash u", "escapes") { text, _ in text.utf8.map { String(format: "\\u%04x", $0) }.joined() },
        Encoder("backslash x", "escapes") { text, _ in text.utf8.map { String(format: "\\x%02x", $0) }.joined() },
        Encoder("HTML references", "escapes") { text, _ in text.utf8.map { "&#\($0);" }.joined() },
        Encoder("Morse", "morse") { text, _ in Cipher.morse(text) },
        Encoder("Morse with wide gaps", "morse") { text, _ in Cipher.morse(text, dot: "·", dash: "–", word: "   ") },
        Encoder("Morse of other signs", "morse") { text, _ in Cipher.morse(text, dot: "*", dash: "_", word: " | ") },
        Encoder("Polybius", "polybius") { text, _ in Cipher.polybius(text) },
        Encoder("Polybius by words", "polybius") { text, _ in Cipher.polybius(text, separator: "") },
        Encoder("Polybius with a key", "substitution", from: 10) { text, random in
            Cipher.polybius(text, square: String("abcdefghiklmnopqrstuvwxyz".shuffled(using: &random)))
        },
    ]

    static let alphabets: [Encoder] = [
        Encoder("rot13", "rotation") { text, _ in Cipher.rotate(text, 13) },
        Encoder("Caesar", "rotation") { text, random in Cipher.rotate(text, Int.random(in: 1..<26, using: &random)) },
        Encoder("rot47", "rotation") { text, _ in
            String(
                decoding: text.utf8.map { (0x21...0x7E).contains($0) ? ($0 - 0x21 + 47) % 94 + 0x21 : $0 },
                as: UTF8.self)
        },
        Encoder("Atbash", "atbash") { text, _ in
            Cipher.map(text, "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")
        },
        Encoder("Walnut53", "substitution", from: 10) { text, _ in Cipher.walnut(text) },
        Encoder("Walnut with any alphabet and delimiter", "substitution", from: 10) { text, random in
            let delimiter = Sentences.pick(["|", "-", "~", "/", "*", "::", "_", ", ", "•", "§", " "], &random)
            return Cipher.walnut(text, seed: random.next(), delimiter: delimiter)
        },
        Encoder("Walnut without delimiter", "substitution", from: 20) { text, random in
            Cipher.substitute(text, Cipher.permutation(random.next()))
        },
        Encoder("substitution without spaces", "substitution", from: 40) { text, random in
            String(Cipher.letters(Cipher.substitute(text, Cipher.permutation(random.next()))))
        },
        Encoder("emoji", "substitution", from: 30) { text, random in
            let signs = (0x1F400..<0x1F440).compactMap { Unicode.Scalar($0) }.map { Character($0) }.shuffled(
                using: &random)
            return Cipher.map(text, "abcdefghijklmnopqrstuvwxyz", String(signs.prefix(26)))
        },
        Encoder("numbers for letters", "substitution", from: 25) { text, random in
            Cipher.numbers(text, (10..<99).shuffled(using: &random), separator: " ", gap: "  ")
        },
        Encoder("Cyrillic letters for Latin ones", "substitution", from: 40) { text, random in
            Cipher.map(
                text, "abcdefghijklmnopqrstuvwxyz",
                String("абвгдежзийклмнопрстуфхцчшщыэюя".shuffled(using: &random).prefix(26)))
        },
        Encoder("runes for letters", "substitution", from: 35) { text, random in
            Cipher.map(
                text, "abcdefghijklmnopqrstuvwxyz", String("ᚠᚢᚦᚨᚱᚲᚷᚹᚺᚾᛁᛃᛇᛈᛉᛊᛏᛒᛖᛗᛚᛜᛟᛞᚪᚫ".shuffled(using: &random)))
        },
        Encoder("spaced letters", "delimited") { text, _ in text.map(String.init).joined(separator: " ") },
        Encoder("delimited", "delimited") { text, random in
            text.map(String.init).joined(separator: Sentences.pick(["|", "-", ".", "_", "--", " | "], &random))
        },
        Encoder("pig Latin", "pig-latin") { text, _ in Cipher.pigLatin(text) },
        Encoder("mathematical bold", "script") { text, _ in Cipher.shifted(text, upper: 0x1D400, lower: 0x1D41A) },
        Encoder("mathematical monospace", "script") { text, _ in Cipher.shifted(text, upper: 0x1D670, lower: 0x1D68A) },
        Encoder("full width", "script") { text, _ in Cipher.shifted(text, upper: 0xFF21, lower: 0xFF41) },
        Encoder("circled", "script") { text, _ in Cipher.shifted(text, upper: 0x24B6, lower: 0x24D0) },
        Encoder("regional indicators", "script") { text, _ in
            Cipher.shifted(text.uppercased(), upper: 0x1F1E6, lower: 0x1F1E6)
        },
        Encoder("Braille", "script") { text, _ in
            Cipher.map(text, "abcdefghijklmnopqrstuvwxyz .", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵⠀⠲")
        },
        Encoder("small capitals", "script") { text, _ in
            Cipher.map(text, "abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ")
        },
        Encoder("upside down", "script") { text, _ in
            String(Cipher.map(text, "abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz").reversed())
        },
    ]

    static let orders: [Encoder] = [
        Encoder("reversed", "reversed") { text, _ in String(text.reversed()) },
        Encoder("words reversed", "reversed") { text, _ in
            text.split(separator: " ").map { String($0.reversed()) }.joined(separator: " ")
        },
        Encoder("rail fence", "transposed", from: 20) { text, random in
            Cipher.rails(text, Int.random(in: 2..<8, using: &random))
        },
        Encoder("columns", "transposed", from: 20) { text, random in
            Cipher.columns(text, Int.random(in: 2..<13, using: &random))
        },
        Encoder("interleaved", "transposed", from: 12) { text, random in
            Cipher.interleave(text, Sentences.text(words: text.split(separator: " ").count, &random))
        },
        Encoder("every third character", "transposed", from: 40) { text, random in
            String(
                text.flatMap {
                    [
                        $0, Sentences.pick(Array("etaoinshrdlu "), &random),
                        Sentences.pick(Array("etaoinshrdlu "), &random),
                    ]
                })
        },
    ]

    static let carriers: [Encoder] = [
        Encoder("line ends", "line-ends", from: 25) { text, random in Cipher.lineEnds(text, &random) },
        Encoder("first letters of lines", "acrostic", from: 14) { text, random in
            Cipher.acrostic(text, "lines", &random)
        },
        Encoder("first letters of sentences", "acrostic", from: 14) { text, random in
            Cipher.acrostic(text, "sentences", &random)
        },
        Encoder("first letters of words", "acrostic", from: 14) { text, random in
            Cipher.acrostic(text, "words", &random)
        },
        Encoder("tag characters", "invisible") { text, random in
            var out = String.UnicodeScalarView()
            for scalar in text.unicodeScalars { out.append(Unicode.Scalar(0xE0000 + scalar.value) ?? scalar) }
            return Sentences.text(words: 12, &random) + String(out)
        },
        Encoder("characters without width", "invisible") { text, random in
            let cover = Sentences.text(words: 12, &random)
            let bits = Cipher.bits(text).map { $0 == "0" ? "\u{200B}" : "\u{200C}" }.joined()
            return String(cover.prefix(9)) + bits + cover.dropFirst(9)
        },
        Encoder("width-less bits among letters", "invisible") { text, random in
            let bits = Array(Cipher.bits(text))
            let cover = Array(Cipher.cover(bits.count / 10, &random).joined(separator: " "))
            return bits.enumerated().map { place, bit in
                (place < cover.count ? String(cover[place]) : "") + (bit == "0" ? "\u{200B}" : "\u{200D}")
            }.joined()
        },
        Encoder("variation selectors", "invisible") { text, _ in
            var out = "A fine day! 😀".unicodeScalars
            for byte in text.utf8 {
                out.append(Unicode.Scalar(byte < 16 ? 0xFE00 + UInt32(byte) : 0xE0100 + UInt32(byte) - 16) ?? " ")
            }
            return String(out)
        },
        Encoder("spaces and tabs at line ends", "whitespace") { text, random in
            let bits = Array(Cipher.bits(text).map { $0 == "0" ? " " : "\t" })
            return stride(from: 0, to: bits.count, by: 8).map { at in
                Sentences.text(words: 4, &random) + bits[at..<min(bits.count, at + 8)].joined()
            }.joined(separator: "\n")
        },
        Encoder("lines of spaces and tabs", "whitespace") { text, random in
            Sentences.text(words: 12, &random) + "\n" + Cipher.bits(text).map { $0 == "0" ? " " : "\t" }.joined()
        },
        Encoder("one space or two", "whitespace") { text, random in
            let bits = Array(Cipher.bits(text))
            let words = Cipher.cover(bits.count, &random)
            return zip(words, bits + ["0"]).map { $0 + ($1 == "1" ? "  " : " ") }.joined()
        },
        Encoder("spaces of two kinds", "whitespace") { text, random in
            let bits = Array(Cipher.bits(text, width: 7))
            let words = Cipher.cover(bits.count, &random)
            return zip(words, bits + ["0"]).map { $0 + ($1 == "1" ? "\u{2009}" : " ") }.joined()
        },
    ]

    static let nested: [Encoder] = [
        Encoder("base64 of rot13", "base64") { text, _ in Data(Cipher.rotate(text, 13).utf8).base64EncodedString() },
        Encoder("rot13 of base64", "rotation") { text, _ in Cipher.rotate(Data(text.utf8).base64EncodedString(), 13) },
        Encoder("base64 reversed", "reversed") { text, _ in String(Data(text.utf8).base64EncodedString().reversed()) },
        Encoder("hex of base64 of Atbash", "hex") { text, _ in
            let inner = Cipher.map(text, "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")
            return Data(inner.utf8).base64EncodedString().utf8.map { String(format: "%02x", $0) }.joined()
        },
        Encoder("base64 of Walnut", "base64", from: 10) { text, random in
            Data(Cipher.walnut(text, seed: random.next()).utf8).base64EncodedString()
        },
        Encoder("reversed Caesar", "reversed") { text, _ in String(Cipher.rotate(text, 5).reversed()) },
        Encoder("tag characters of base64", "invisible") { text, _ in
            var out = "Good morning".unicodeScalars
            for byte in Data(text.utf8).base64EncodedString().utf8 {
                out.append(Unicode.Scalar(0xE0000 + UInt32(byte)) ?? " ")
            }
            return String(out)
        },
        Encoder("delimited bits", "binary") { text, _ in Cipher.bits(text).map(String.init).joined(separator: "-") },
    ]
}
