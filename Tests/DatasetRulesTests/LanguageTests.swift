import DatasetRules
import Moderation
import TestSupport
import Testing

@Suite("Languages, kinds and outliers")
struct LanguageTests {
    /// Three sentences of a language each; written for this test.
    private static let samples: [String: [String]] = [
        "en": ["I would like to know what the weather is going to be like in the north of the country this week."],
        "de": [
            "Ich möchte wissen, wie das Wetter in dieser Woche im Norden des Landes wird und ob ich einen Schirm brauche."
        ],
        "fr": [
            "Je voudrais savoir quel temps il fera dans le nord du pays cette semaine et si je dois prendre un parapluie."
        ],
        "es": [
            "Me gustaría saber qué tiempo va a hacer en el norte del país esta semana y si tengo que llevar un paraguas."
        ],
        "pt": [
            "Eu gostaria de saber como vai estar o tempo no norte do país esta semana e se não preciso de um guarda-chuva."
        ],
        "it": [
            "Vorrei sapere che tempo farà nel nord del paese questa settimana e se devo portare anche un ombrello con me."
        ],
        "nl": [
            "Ik zou graag willen weten hoe het weer deze week in het noorden van het land wordt en of ik een paraplu nodig heb."
        ],
        "sv": [
            "Jag skulle vilja veta hur vädret blir i norra delen av landet den här veckan och om jag behöver ett paraply."
        ],
        "fi": [
            "Haluaisin tietää, millainen sää on maan pohjoisosassa tällä viikolla ja onko minun otettava mukaan sateenvarjo, jos se on niin."
        ],
        "pl": [
            "Chciałbym wiedzieć, jaka będzie pogoda na północy kraju w tym tygodniu i czy nie jest mi potrzebny parasol."
        ],
        "cs": [
            "Chtěl bych vědět, jaké bude v tomto týdnu počasí na severu země a jestli si mám vzít deštník, když už tam jsem."
        ],
        "hu": [
            "Szeretném tudni, hogy milyen lesz az időjárás az ország északi részén ezen a héten, és kell-e egy esernyő is."
        ],
        "ro": [
            "Aș vrea să știu cum va fi vremea în nordul țării săptămâna aceasta și dacă am nevoie de o umbrelă pentru drum."
        ],
        "tr": [
            "Bu hafta ülkenin kuzeyinde hava nasıl olacak ve bir şemsiye almam gerekiyor mu, bunu bilmek için çok merak ediyorum."
        ],
        "id": [
            "Saya ingin tahu bagaimana cuaca di utara negara ini untuk minggu ini dan apakah saya harus membawa payung atau tidak."
        ],
        "vi": [
            "Tôi muốn biết thời tiết ở miền bắc của đất nước trong tuần này sẽ như thế nào và tôi có cần mang ô không."
        ],
        "ru": ["Я хотел бы узнать, какая погода будет на севере страны на этой неделе и нужен ли мне зонт."],
        "uk": ["Я хотів би дізнатися, якою буде погода на півночі країни цього тижня і чи потрібна мені парасолька."],
        "el": ["Θα ήθελα να μάθω τι καιρό θα κάνει στον βορρά της χώρας αυτή την εβδομάδα και αν χρειάζομαι ομπρέλα."],
        "ar": ["أود أن أعرف كيف سيكون الطقس في شمال البلاد هذا الأسبوع وهل أحتاج إلى مظلة"],
        "fa": ["می خواهم بدانم هوا در شمال کشور این هفته چگونه خواهد بود و آیا به چتر نیاز دارم پس چه"],
        "he": ["הייתי רוצה לדעת איך יהיה מזג האוויר בצפון הארץ השבוע והאם אני צריך מטריה"],
        "hi": ["मैं जानना चाहता हूँ कि इस सप्ताह देश के उत्तर में मौसम कैसा रहेगा और क्या मुझे छाता चाहिए"],
        "ja": ["今週の北の地方の天気がどうなるか、そして傘が必要かどうかを知りたいです。"],
        "zh": ["我想知道这个星期北方的天气怎么样，我是不是需要带一把雨伞。"],
        "ko": ["이번 주 북쪽 지방의 날씨가 어떨지 그리고 우산이 필요한지 알고 싶습니다 오늘도 내일도."],
        "th": ["ฉันอยากรู้ว่าสัปดาห์นี้อากาศทางเหนือของประเทศจะเป็นอย่างไร"],
        "ka": ["მინდა ვიცოდე როგორი ამინდი იქნება ქვეყნის ჩრდილოეთით ამ კვირაში"],
    ]

    private func isFound(_ text: String, allowed: [String] = [], kinds: [TextKind] = []) -> Finding? {
        var settings = LanguageSettings()
        settings.allowed = allowed
        settings.kinds = kinds
        return Sample.findings(.language(settings), [Sample.row(text, "OK")]).first
    }

    @Test("A text is in its own language and in no other", arguments: samples.keys.sorted())
    func language(code: String) {
        for text in Self.samples[code] ?? [] {
            #expect(isFound(text, allowed: [code]) == nil)
            let others = Self.samples.keys.filter { $0 != code }
            // Russian and Ukrainian, Arabic and Persian, Chinese and Japanese are not always told apart.
            let siblings = [["ru", "uk"], ["ar", "fa"], ["ja", "zh"]].first { $0.contains(code) } ?? []
            let finding = isFound(text, allowed: others.filter { !siblings.contains($0) })
            #expect(
                finding?.detail.contains("the language \(code) in turn 1") == true, "\(finding?.detail ?? "nothing")")
        }
    }

    @Test(
        "Short texts, names, code and numbers are in no language",
        arguments: [
            "Yes.", "Denise York, San Francisco",
            "for (int i = 0; i < n; i++) { sum += values[i] * weights[i]; } return sum;",
            "12.4, 88.1, 92.0, 11.7, 45.2, 90.1, 33.3, 71.8, 10.0", "OK",
        ])
    func noLanguage(text: String) {
        #expect(isFound(text, allowed: ["fi"]) == nil)
    }

    @Test("Kinds of text that are not listed are found")
    func kinds() {
        let code = "func sum(_ values: [Int]) -> Int { return values.reduce(0) { $0 + $1 } }"
        let data = "12.4, 88.1, 92.0, 11.7, 45.2, 90.1, 33.3, 71.8, 10.0, 7.25"
        let cipher =
            "xq zorvb nak plimfe dwugh qat bemzor pluk hirn vop gnash trel quib wozt mirp kald fenj bloz trum vask"
        let prose = Self.samples["en"]?.first ?? ""
        #expect(isFound(code, kinds: [.prose])?.detail.contains("code") == true)
        #expect(isFound(data, kinds: [.prose, .code])?.detail.contains("data") == true)
        #expect(isFound(cipher, kinds: [.prose])?.detail.contains("unreadable") == true)
        #expect(isFound(cipher, allowed: ["en"])?.detail.contains("no known language") == true)
        for text in [code, data, prose] { #expect(isFound(text, kinds: [.prose, .code, .data]) == nil) }
    }

    @Test("Without a list nothing is checked")
    func unset() {
        #expect(isFound(Self.samples["ru"]?.first ?? "") == nil)
    }

    @Test("A row in another language is an outlier; many of them are none")
    func foreign() {
        var sets = TriggerSets(seed: 31)
        let english = Self.samples["en"]?.first ?? ""
        var rows = sets.instructions(300).map { (english + " " + $0.0, english) }
        rows[17].0 = Self.samples["ru"]?.first ?? ""
        rows[90].1 = Self.samples["pl"]?.first ?? ""
        let check = DatasetRule.Check.outliers(OutlierSettings())
        #expect(Sample.findings(check, Sample.rows(rows)).map(\.line) == [18, 91])
        for row in 0..<100 { rows[row].1 = Self.samples["de"]?.first ?? "" }
        #expect(Sample.findings(check, Sample.rows(rows)).map(\.line) == [18, 91])
        #expect(Sample.findings(check, Array(Sample.rows(rows).prefix(60))).isEmpty)
    }

    @Test("A row of unusual length is an outlier; a second usual length is none")
    func lengths() throws {
        var rows = (0..<300).map { ("Question \($0) of the day", "Answer \($0) to the question of the day.") }
        rows[10].1 = String(repeating: "word ", count: 4000)
        rows[20].0 = "?"
        let check = DatasetRule.Check.outliers(OutlierSettings())
        let found = Sample.findings(check, Sample.rows(rows))
        #expect(found.map(\.line) == [11])
        #expect(try #require(found.first).detail.contains("the response has 20000 bytes"))
        for row in 0..<20 { rows[row].1 = String(repeating: "word ", count: 4000) }
        #expect(Sample.findings(check, Sample.rows(rows)).isEmpty)
    }
}
