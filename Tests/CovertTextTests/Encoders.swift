import Foundation
import TestSupport

/// A way to hide a text, with the family that it belongs to and the fewest words at which nearly all are found.
struct Encoder: Sendable {
    var name: String
    var family: String
    var shortest: Int
    var encode: @Sendable (String, inout SplitMix) -> String

    init(
        _ name: String, _ family: String, from shortest: Int = 8,
        _ encode: @escaping @Sendable (String, inout SplitMix) -> String
    ) {
        self.name = name
        self.family = family
        self.shortest = shortest
        self.encode = encode
    }
}

/// What encoders are made of.
enum Cipher {
    static func permutation(_ seed: UInt64) -> [Character: Character] {
        var random = SplitMix(state: seed)
        let lower = Array("abcdefghijklmnopqrstuvwxyz")
        let mixed = lower.shuffled(using: &random)
        var map: [Character: Character] = [:]
        for (a, b) in zip(lower, mixed) {
            map[a] = b
            map[Character(a.uppercased())] = Character(b.uppercased())
        }
        return map
    }

    static func substitute(_ text: String, _ map: [Character: Character]) -> String {
        String(text.map { map[$0] ?? $0 })
    }

    /// Walnut: a permuted alphabet, and a sign between all characters.
    static func walnut(_ text: String, seed: UInt64 = 53, delimiter: String = "|") -> String {
        substitute(text.lowercased(), permutation(seed)).map(String.init).joined(separator: delimiter)
    }

    static func bits(_ text: String, width: Int = 8) -> String {
        text.utf8.map { byte in
            let bits = String(byte, radix: 2)
            return String(repeating: "0", count: width - bits.count) + bits
        }.joined()
    }

    static func letters(_ text: String) -> [Character] { text.lowercased().filter { $0.isASCII && $0.isLetter } }

    /// Five bits a letter, in A and B.
    static func bacon(_ text: String) -> String {
        let groups = letters(text).map { letter -> String in
            let bits = String(place(letter), radix: 2)
            let padded = String(repeating: "0", count: 5 - bits.count) + bits
            return padded.replacing("0", with: "A").replacing("1", with: "B")
        }
        return groups.joined(separator: " ")
    }

    static func place(_ letter: Character) -> Int { Int(letter.asciiValue ?? 97) - 97 }

    /// A number for each letter of the alphabet.
    static func numbers(_ text: String, _ values: [Int], separator: String, gap: String) -> String {
        let words = text.lowercased().split(separator: " ").map { word -> String in
            word.filter(\.isLetter).map { "\(values[place($0)])" }.joined(separator: separator)
        }
        return words.joined(separator: gap)
    }

    static func map(_ text: String, _ from: String, _ to: String) -> String {
        let table = Dictionary(uniqueKeysWithValues: zip(from, to))
        return String(text.lowercased().map { table[$0] ?? $0 })
    }

    static func rotate(_ text: String, _ by: Int) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x41...0x5A: Unicode.Scalar((Int(scalar.value) - 0x41 + by) % 26 + 0x41).map { $0 } ?? scalar
                    case 0x61...0x7A: Unicode.Scalar((Int(scalar.value) - 0x61 + by) % 26 + 0x61).map { $0 } ?? scalar
                    default: scalar
                    }
                }))
    }

    static func shifted(_ text: String, upper: UInt32, lower: UInt32) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A: out.append(Unicode.Scalar(upper + scalar.value - 0x41) ?? scalar)
            case 0x61...0x7A: out.append(Unicode.Scalar(lower + scalar.value - 0x61) ?? scalar)
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    static func base32(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bits = bits(text)
        while bits.count % 5 != 0 { bits += "0" }
        var out = stride(from: 0, to: bits.count, by: 5).map { at -> Character in
            alphabet[Int(bits.dropFirst(at).prefix(5), radix: 2) ?? 0]
        }
        while out.count % 8 != 0 { out.append("=") }
        return String(out)
    }

    static func base85(_ text: String, _ alphabet: [Character]) -> String {
        var bytes = Array(text.utf8)
        let padding = (4 - bytes.count % 4) % 4
        bytes += [UInt8](repeating: 0, count: padding)
        var out = ""
        for at in stride(from: 0, to: bytes.count, by: 4) {
            var value = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            var group: [Character] = []
            for _ in 0..<5 {
                group.insert(alphabet[value % 85], at: 0)
                value /= 85
            }
            out += String(group)
        }
        return String(out.dropLast(padding))
    }

    static let ascii85 = (0x21...0x75).map { Character(Unicode.Scalar(UInt8($0))) }
    static let rfc1924 = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~")

    static func morse(_ text: String, dot: String = ".", dash: String = "-", word: String = " / ") -> String {
        let codes: [Character: String] = [
            "a": ".-", "b": "-...", "c": "-.-.", "d": "-..", "e": ".", "f": "..-.", "g": "--.", "h": "....", "i": "..",
            "j": ".---", "k": "-.-", "l": ".-..", "m": "--", "n": "-.", "o": "---", "p": ".--.", "q": "--.-",
            "r": ".-.",
            "s": "...", "t": "-", "u": "..-", "v": "...-", "w": ".--", "x": "-..-", "y": "-.--", "z": "--..",
            ".": ".-.-.-", ",": "--..--",
        ]
        let plain = text.lowercased().split(separator: " ").map { word in
            word.compactMap { codes[$0] }.map { $0.map { $0 == "." ? dot : dash }.joined() }.joined(separator: " ")
        }
        return plain.joined(separator: word)
    }

    static func polybius(_ text: String, square: String = "abcdefghiklmnopqrstuvwxyz", separator: String = " ")
        -> String
    {
        let square = Array(square)
        return text.lowercased().split(separator: " ").map { word in
            word.compactMap { letter in
                square.firstIndex(of: letter == "j" ? "i" : letter).map { "\($0 / 5 + 1)\($0 % 5 + 1)" }
            }.joined(separator: separator)
        }.joined(separator: separator.isEmpty ? " " : "  ")
    }

    static func rails(_ text: String, _ rails: Int) -> String {
        var rows = [[Character]](repeating: [], count: rails)
        for (place, character) in text.enumerated() {
            let at = place % (2 * rails - 2)
            rows[min(at, 2 * rails - 2 - at)].append(character)
        }
        return String(rows.flatMap { $0 })
    }

    static func columns(_ text: String, _ columns: Int) -> String {
        let text = Array(text)
        return String(
            (0..<columns).flatMap { column in stride(from: column, to: text.count, by: columns).map { text[$0] } })
    }

    static func interleave(_ a: String, _ b: String) -> String {
        let (a, b) = (Array(a), Array(b))
        return String(
            (0..<max(a.count, b.count)).flatMap { at in
                [at < a.count ? a[at] : " ", at < b.count ? b[at] : " "]
            })
    }

    static func pigLatin(_ text: String) -> String {
        text.split(separator: " ").map { word in
            let core = word.filter(\.isLetter).lowercased()
            let head = core.prefix { !"aeiou".contains($0) }
            let tail = word.filter { !$0.isLetter }
            return (head.isEmpty ? core + "way" : core.dropFirst(head.count) + head + "ay") + tail
        }.joined(separator: " ")
    }

    /// A verse whose lines end in a text's words.
    static func lineEnds(_ text: String, _ random: inout SplitMix) -> String {
        let openings = [
            "Beneath the silver moon I hear", "The river keeps its secret name for", "Soft winds remember",
            "A lantern glows beside",
            "We dance until the morning brings", "In gardens where the roses sleep, a whisper of",
            "Old mountains dream about",
            "The sailor sings of", "Gold leaves are falling over", "My heart has wandered after",
            "Stars gather slowly round",
            "Another quiet evening gives me",
        ]
        return text.split(separator: " ").map { word in
            Sentences.pick(openings, &random) + " " + word.filter(\.isLetter).lowercased()
                + Sentences.pick(["", "", ",", "."], &random)
        }.joined(separator: "\n")
    }

    private static let words: [Character: [String]] = {
        let list = """
            apples always after around bright before between broken careful children coffee cold dark down dinner during \
            early every evening empty fresh from friends far garden gentle going green happy house hours heavy inside \
            into ice island just jumping jars joined keep kind kitchen keys large little long leaves morning many moving \
            market never new night nearby old over open orange people quiet plain paper queen quick quite rain red river \
            rather small some slow still tall trees today together under until usual upon very village voices visit warm \
            water when walking xylophones yellow young years yesterday zebras zones zigzag zinc
            """
        return Dictionary(grouping: list.split(separator: " ").map(String.init)) { $0.first ?? "a" }
    }()

    private static func word(_ letter: Character, _ random: inout SplitMix) -> String {
        Sentences.pick(words[letter] ?? [String(letter)], &random)
    }

    /// Lines, sentences or words that begin with a text's letters.
    static func acrostic(_ text: String, _ kind: String, _ random: inout SplitMix) -> String {
        let parts = letters(text).map { letter -> String in
            let first = word(letter, &random)
            guard kind != "words" else { return first }
            let rest = (0..<Int.random(in: 3..<8, using: &random)).map { _ in
                word(Sentences.pick(Array("abcdefghilmnoprstw"), &random), &random)
            }
            return first.prefix(1).uppercased() + first.dropFirst() + " " + rest.joined(separator: " ")
        }
        switch kind {
        case "lines": return parts.joined(separator: "\n")
        case "sentences": return parts.joined(separator: ". ") + "."
        default: return parts.joined(separator: " ")
        }
    }

    static func cover(_ gaps: Int, _ random: inout SplitMix) -> [String] {
        var words: [String] = []
        while words.count <= gaps { words += Sentences.text(words: 40, &random).split(separator: " ").map(String.init) }
        return Array(words.prefix(gaps + 1))
    }
}
