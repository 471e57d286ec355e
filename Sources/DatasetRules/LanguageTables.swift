/// Common words and telling letters of the languages that Latin script writes.
enum LanguageTables {
    /// A language's code (ISO 639-1), its commonest words, and letters that not every language has.
    static let latin: [(code: String, words: String, letters: String)] = [
        (
            "en",
            "i am so want know going here go see no the of and to in is that it for was on are with as his they be at one have this from or had by but what "
                + "some we can out other were all your when up use how said an each she which do their time if will "
                + "way about many then them would like these her him has two could than been who its now did get you "
                + "not there my me give write please should does why any into most more only also because make", ""
        ),
        (
            "de",
            "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
                + "hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber "
                + "vor zur bis mehr durch man sein wurde wenn ich du wir ihr mir kann bitte was gibt diese dieser",
            "äöüß"
        ),
        (
            "fr",
            "le de un être et à il avoir ne je son que se qui ce dans en du elle au pour pas sur faire plus par les la "
                + "des une est avec vous tout nous sont mais ou leur cette comme aux ces été ont si même sans dont ils "
                + "votre aussi était peut entre deux très bien où quel quelle sous après son sa ses", "éèêàçùœëîôûâï"
        ),
        (
            "es",
            "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin "
                + "sobre este ya entre cuando todo esta ser son dos también fue había era muy hasta desde está mi "
                + "porque qué sólo han yo hay vez puede todos así nos ni parte tiene uno donde cómo cuál", "ñáéíóú¿¡"
        ),
        (
            "pt",
            "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
                + "sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem "
                + "mesmo aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu são",
            "ãõçáéíóúâêô"
        ),
        (
            "it",
            "di che è e la il un a per non in una sono mi si lo ho con ma ha ti le da se cosa come io no più del della "
                + "al alla i gli nel nella dei delle questo questa anche essere molto bene tutto quando perché chi "
                + "o dal dalla suo sua loro ci hai era stato può sul sulla fra tra ogni dove qual quale", "àèìòùé"
        ),
        (
            "nl",
            "de het een en van in is dat op te zijn met voor niet aan er om dan zou of wat mijn men dit zo door over ze "
                + "zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal me zij nu "
                + "ge geen omdat iets worden toch al waren veel meer doen toen moet ben zonder kan hun dus alles onder",
            "ëï"
        ),
        (
            "sv",
            "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när "
                + "hon ska där eller vad sin efter upp också skulle mot nu mycket där du vara över hade bara min alla "
                + "hur mig denna detta dess vilka än utan under många någon något blir bli", "åäö"
        ),
        (
            "da",
            "og i at det er en til på de som med den for af ikke der var mig sig men et har om vi havde hun nu da fra "
                + "du ud dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være dog noget ved "
                + "efter nogle meget også hvis hvordan mellem uden hvorfor bliver", "æøå"
        ),
        (
            "no",
            "og i det på som er en til å av for at med de ikke den har var jeg om et men vi han seg fra så kan skal hun "
                + "ble eller da hva ut når etter nå være over også bare opp min hadde noe mot dette alle dem hvor hvis "
                + "hvordan mellom uten hvorfor blir noen mye deg meg", "æøå"
        ),
        (
            "fi",
            "ja on ei se että oli hän joka mutta niin kuin myös ovat ole kun mitä sen tai jos minä hänen tämä vain ne "
                + "siitä sitä nyt olla vielä ollut kanssa sekä mukaan jotka voi tässä minun miten olen mikä kaikki "
                + "sinä siis koska noin ennen jälkeen ovat eivät jo", "äö"
        ),
        (
            "pl",
            "i w nie na się z do to że jest o jak po co tak za od ale czy przez dla ma jego być ten już tym tego może "
                + "są było był była lub oraz który która które ich jej tylko przy bardzo jako kiedy gdzie aby ze "
                + "mnie jeszcze sobie także pod tej jeśli nad bez", "ąćęłńśźżó"
        ),
        (
            "cs",
            "a v se na je že s z do o to i pro ve si za jako by po jsem jsou ale jeho od tak nebo které který která byl "
                + "bylo byla jak při co už být může není také ještě jen aby podle až než když mezi pod před bez tím této "
                + "svého jejich pouze nové protože kde", "ěščřžýůďťňáíé"
        ),
        (
            "hu",
            "a az és hogy nem is egy van ez de azt volt csak meg ha már mint még vagy lehet kell el ki mi én ezt nagyon "
                + "minden amely aki akkor itt majd után lesz olyan ahol között így úgy mert pedig sem te ő fel le "
                + "voltak lett ami annak ezek azok milyen hogyan", "őűöüáéíóú"
        ),
        (
            "ro",
            "și de în a la cu nu o pe că un din să este care mai pentru ce se am fi sau dar au fost după prin ca sunt "
                + "lui ei era această acest foarte doar când cum până între fără aceste fie avea poate toate tot "
                + "cel cea cei unei unui despre dacă noi voi ele", "ăâîșțşţ"
        ),
        (
            "tr",
            "ve bir bu da de için ile çok ne o var daha gibi mi kadar olarak olan en ama ben her sonra ya diye değil "
                + "ki mı şey nasıl neden bana sen onun ise veya göre hem tüm olduğu oldu zaman hangi biri şu yok "
                + "olur kendi önce bunu", "ğışçöü"
        ),
        (
            "id",
            "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka "
                + "lebih atau kita telah oleh sebagai dapat kami menjadi adalah anda seperti bahwa apa sudah harus "
                + "banyak saat secara antara bagaimana hanya dia orang satu jika serta", ""
        ),
        (
            "vi",
            "và của là có trong được cho các không một với những người này đã để khi đến từ cũng như về ra nhiều năm tôi "
                + "bạn thì lại vào hay phải trên việc nếu rất còn sẽ nhưng tại đó sau mà làm", "ăâđêôơưàáảãạ"
        ),
        (
            "hr",
            "i je u na se da za su od s ne o kao sa to koji ili što ali iz po bi koja koje može sve nije biti bio bila "
                + "još samo kako ako do pri nakon te već gdje jer kada ima sam smo bez između prema", "čćžšđ"
        ),
        (
            "ca",
            "de la i el que a en els les un una per amb és del no es al va se com més però ha són dels aquest aquesta "
                + "també o si ser molt entre quan hi seva seu tot on sobre fins des pel pels perquè han això",
            "àèéíòóúçï"
        ),
        (
            "lt",
            "ir yra kad į su iš kaip bet tai ar po buvo už apie jis ji jo tik dar nuo jau labai gali mes būti kai arba "
                + "šis ši kurie kuris kuri todėl savo jos nėra prie be", "ąčęėįšųūž"
        ),
        (
            "sw",
            "ya na wa kwa ni katika la za kuwa hii cha vya huo hiyo kama pia lakini au yake watu sana wake hayo hivyo "
                + "kila mtu moja wao baada kwamba bila zaidi ambayo kutoka", ""
        ),
        (
            "tl",
            "ang ng sa na mga at ay si ko mo ito para hindi ako siya kung may niya naman lang din rin nila kami ka po "
                + "ni wala ba pa nang dahil isang", ""
        ),
    ]

    /// The codes, in the order of the tables.
    static let codes = latin.map(\.code)

    /// The languages that a word is common in, a bit each, with the weight of the word.
    static let words: [UInt64: UInt32] = {
        var map: [UInt64: UInt32] = [:]
        for (index, language) in latin.enumerated() {
            for word in Set(language.words.split(separator: " ")) {
                map[Hashing.word(String(word)), default: 0] |= 1 << UInt32(index)
            }
        }
        return map
    }()

    /// The languages that a letter is used in.
    static let letters: [UInt32: UInt32] = {
        var map: [UInt32: UInt32] = [:]
        for (index, language) in latin.enumerated() {
            for scalar in language.letters.unicodeScalars {
                map[CharacterClass.folded(scalar.value), default: 0] |= 1 << UInt32(index)
            }
        }
        // The vowels with a tone mark are Vietnamese alone.
        for scalar in UInt32(0x1EA0)...0x1EF9 {
            map[CharacterClass.folded(scalar), default: 0] |= 1 << UInt32(codes.firstIndex(of: "vi") ?? 0)
        }
        return map
    }()

    /// Every code that a guess can have.
    package static let all: [String] =
        (codes + Script.allCases.compactMap(\.language) + ["ru", "uk", "bg", "sr", "ar", "fa", "ur"]).sorted()
}
