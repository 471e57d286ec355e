import Foundation
import Testing
import TextNormalization

/// The views of a text, as strings.
private func views(_ text: String, _ normalization: Normalization = .unicode) -> [String] {
    var text = text
    return text.withUTF8 { bytes in
        TextNormalizer.views(of: bytes, normalization).map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

@Suite("Views of a text")
struct TextViewTests {
    @Test(
        "A text that is nothing else than it looks has no views",
        arguments: [
            "", "plain ASCII\r\n", "déjà vu, naïve, Straße", "日本語とかな", "한국어", "العربية", "हिन्दी में", "ไทย", "ñ",
            "12345 $ 100!",
        ])
    func plain(text: String) {
        #expect(views(text).isEmpty)
    }

    @Test(
        "What NFKC and look-alikes fold is read as ASCII in the last view",
        arguments: [
            ("ｓｅｃｒｅｔ", "secret"), ("𝐬𝐞𝐜𝐫𝐞𝐭", "secret"), ("𝓼𝓮𝓬𝓻𝓮𝓽", "secret"), ("ⓢⓔⓒⓡⓔⓣ", "secret"),
            ("sеcrеt", "secret"), ("ѕесrет", "secret"), ("sec\u{200B}ret", "secret"), ("s\u{AD}ecret", "secret"),
            ("s\u{2060}e\u{FEFF}cret", "secret"), ("s\u{336}e\u{336}cret", "secret"), ("ΑΒΕΖΗ", "ABEZH"),
            ("ᏟᎳᎠ", "CWD"), ("ﬁle", "file"), ("½", "1/2"), ("٠١٢٣", "0123"), ("०१", "01"), ("𝟙𝟚", "12"),
            ("e\u{301}", "é"), ("a\u{323}\u{306}", "ặ"), ("\u{1100}\u{1161}", "가"), ("ｶﾞ", "ガ"), ("don’t", "don't"),
            ("<｜im_start｜>", "<|im_start|>"), ("x\u{E0041}\u{E0042}y", "xy"), ("① ㎏", "1 kg"), ("😀\u{FE0F}", "😀"),
        ])
    func folded(text: String, expected: String) {
        #expect(views(text).last == expected)
    }

    @Test("A word of another script keeps a view in that script")
    func ownScript() {
        #expect(views("сло\u{200B}во") == ["слово", "cлoвo"])
        #expect(views("слово") == ["cлoвo"])
    }

    @Test("Words in leetspeak are read with both letters that a one stands for, and numbers remain")
    func leet() {
        #expect(views("k1ll h3110 2024", .leet) == ["kill heiio 2024", "klll hello 2024"])
        #expect(views("p4$$w0rd", .leet) == ["password"])
        #expect(views("plain 100", .leet).isEmpty)
        #expect(views("p4$$w0rd", .unicode).isEmpty && views("ｓ", .none).isEmpty)
    }

    @Test("Every place of a view leads back to the bytes that it was made of")
    func map() throws {
        var text = "aé ｂｃ\u{200B}d ﬁ е\u{301}z"
        let whole = Array(text.utf8)
        let views = text.withUTF8 { TextNormalizer.views(of: $0, .unicode) }
        func original(_ view: TextView, _ part: String) throws -> String {
            let bytes = Array(part.utf8)
            let start = try #require(
                view.bytes.indices.first { view.bytes[$0...].starts(with: bytes) })
            return String(decoding: whole[view.original(start..<start + bytes.count)], as: UTF8.self)
        }
        let clean = try #require(views.first)
        #expect(try original(clean, "é") == "é")
        #expect(try original(clean, "b") == "ｂ")
        #expect(try original(clean, "cd") == "ｃ\u{200B}d")
        #expect(try original(clean, "d") == "d")
        #expect(try original(clean, "f") == "ﬁ" && original(clean, "i") == "ﬁ")
        #expect(try original(clean, "z") == "z")
        #expect(clean.original(0..<clean.bytes.count) == 0..<whole.count)
        let skeleton = try #require(views.last)
        #expect(try original(skeleton, "e") == "е\u{301}")
    }

    @Test("The map holds over random mixtures: ranges lie within the text and do not run backwards")
    func randomMaps() {
        let parts = [
            "a", "Z", "é", "e\u{301}", "\u{301}", "\u{200B}", "ｂ", "ﬁ", "с", "한", "\u{1112}\u{1161}", "😀", "\u{FE0F}",
            "٣",
            "\u{E0041}", "½", "\u{336}", "\n",
        ]
        var state: UInt64 = 7
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int(state >> 33) % parts.count]
            }
            let count = text.utf8.count
            for view in text.withUTF8({ TextNormalizer.views(of: $0, .leet) }) {
                #expect(String(validating: view.bytes, as: UTF8.self) != nil)
                var last = 0..<0
                for offset in view.bytes.indices {
                    let range = view.original(offset..<offset + 1)
                    #expect(range.lowerBound >= last.lowerBound && range.upperBound >= last.upperBound)
                    #expect(range.upperBound <= count && !range.isEmpty)
                    last = range
                }
            }
        }
    }

    @Test("The clean view of a text is what NFKC makes of it without the characters that show nothing")
    func agreesWithFoundation() {
        let parts = [
            "a", "e", "\u{301}", "\u{323}", "\u{302}", "ﬁ", "Å", "\u{212B}", "한", "\u{1112}", "\u{1161}", "\u{11AB}",
            "か",
            "\u{3099}", "ｶ", "ﾞ", "ङ", "\u{93C}", "\u{94D}", "ا", "\u{654}", "\u{64B}", "\u{651}", "²", "ǆ", " ",
        ]
        var state: UInt64 = 11
        for _ in 0..<4_000 {
            var text = ""
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int(state >> 33) % parts.count]
            }
            let clean = text.withUTF8 { bytes in
                TextNormalizer.views(of: bytes, .unicode).first { $0.kind == .clean }?.bytes ?? Array(bytes)
            }
            #expect(Array(String(decoding: clean, as: UTF8.self).unicodeScalars) == nfkc(text), "\(text)")
        }
    }

    @Test("A text of combining marks alone takes linear time")
    func marks() {
        let text = "a" + String(repeating: "\u{301}\u{323}", count: 200_000)
        #expect(views(text).count == 1)
    }
}

private func nfkc(_ text: String) -> [Unicode.Scalar] {
    Array(text.precomposedStringWithCompatibilityMapping.unicodeScalars)
}
