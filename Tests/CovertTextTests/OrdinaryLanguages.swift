/// Ordinary sentences in languages of many scripts; none of them is among those that the tables were counted in.
enum OrdinaryLanguages {
    static let sentences: [(language: String, lines: [String])] = [
        (
            "German",
            [
                "Der Hund schläft unter dem Tisch und träumt vom Sommer.",
                "Könnten Sie mir den Weg zum Bahnhof zeigen?",
                "Im Winter fahren wir oft in die Berge, um Ski zu laufen.",
                "Das Rezept braucht zwei Eier, Mehl, Zucker und etwas Milch.",
            ]
        ),
        (
            "French",
            [
                "Le chat dort sur le canapé pendant que la pluie tombe.",
                "Où se trouve la gare la plus proche, s'il vous plaît ?",
                "Nous avons réservé une table pour quatre personnes ce soir.",
                "La recette demande deux œufs, de la farine et du sucre.",
            ]
        ),
        (
            "Spanish",
            [
                "El perro duerme debajo de la mesa y sueña con el verano.",
                "¿Dónde está la estación de autobuses más cercana?",
                "En invierno vamos a menudo a la montaña para esquiar.",
                "La receta lleva dos huevos, harina, azúcar y un poco de leche.",
            ]
        ),
        (
            "Italian",
            [
                "Il cane dorme sotto il tavolo e sogna l'estate.", "Dov'è la stazione più vicina, per favore?",
                "D'inverno andiamo spesso in montagna a sciare.",
                "La ricetta richiede due uova, farina, zucchero e un po' di latte.",
            ]
        ),
        (
            "Portuguese",
            [
                "O cachorro dorme embaixo da mesa e sonha com o verão.", "Onde fica a estação de metrô mais próxima?",
                "No inverno costumamos viajar para as montanhas.",
                "A receita leva dois ovos, farinha, açúcar e um pouco de leite.",
            ]
        ),
        (
            "Dutch",
            [
                "De hond slaapt onder de tafel en droomt van de zomer.", "Kunt u mij vertellen waar het station is?",
                "In de winter gaan wij vaak schaatsen op het meer.",
                "Voor dit recept heb je twee eieren, bloem en suiker nodig.",
            ]
        ),
        (
            "Swedish",
            [
                "Hunden sover under bordet och drömmer om sommaren.", "Kan du visa mig vägen till stationen?",
                "På vintern åker vi ofta skidor i fjällen.", "Receptet kräver två ägg, mjöl, socker och lite mjölk.",
            ]
        ),
        (
            "Polish",
            [
                "Pies śpi pod stołem i śni o lecie.", "Gdzie jest najbliższy przystanek autobusowy?",
                "Zimą często jeździmy w góry na narty.", "Do tego przepisu potrzebne są dwa jajka, mąka i cukier.",
                "Wszystkie książki leżą na półce przy oknie.",
            ]
        ),
        (
            "Czech",
            [
                "Pes spí pod stolem a zdá se mu o létě.", "Kde je nejbližší zastávka tramvaje?",
                "V zimě často jezdíme na hory lyžovat.", "Na tento recept potřebujete dvě vejce, mouku a cukr.",
            ]
        ),
        (
            "Croatian",
            [
                "Pas spava ispod stola i sanja o ljetu.", "Gdje je najbliža autobusna stanica?",
                "Zimi često idemo u planine na skijanje.", "Za ovaj recept trebaju dva jaja, brašno i šećer.",
            ]
        ),
        (
            "Finnish",
            [
                "Koira nukkuu pöydän alla ja näkee unta kesästä.", "Missä on lähin rautatieasema?",
                "Talvella käymme usein hiihtämässä pohjoisessa.",
                "Reseptiin tarvitaan kaksi munaa, jauhoja ja sokeria.",
            ]
        ),
        (
            "Hungarian",
            [
                "A kutya az asztal alatt alszik, és a nyárról álmodik.", "Hol van a legközelebbi vasútállomás?",
                "Télen gyakran járunk síelni a hegyekbe.", "A recepthez két tojás, liszt és cukor kell.",
            ]
        ),
        (
            "Turkish",
            [
                "Köpek masanın altında uyuyor ve yazı düşlüyor.", "En yakın otobüs durağı nerede?",
                "Kışın sık sık dağlara kayak yapmaya gideriz.", "Bu tarif için iki yumurta, un ve şeker gerekir.",
            ]
        ),
        (
            "Indonesian",
            [
                "Anjing itu tidur di bawah meja dan bermimpi tentang liburan.", "Di mana halte bus yang paling dekat?",
                "Pada musim hujan kami sering minum teh hangat.",
                "Resep ini membutuhkan dua butir telur, tepung, dan gula.",
            ]
        ),
        (
            "Vietnamese",
            [
                "Con chó ngủ dưới gầm bàn và mơ về mùa hè.", "Trạm xe buýt gần nhất ở đâu vậy?",
                "Vào mùa đông, gia đình tôi thường uống trà nóng.", "Công thức này cần hai quả trứng, bột mì và đường.",
            ]
        ),
        (
            "Swahili",
            [
                "Mbwa analala chini ya meza na kuota ndoto.", "Kituo cha basi kilicho karibu kiko wapi?",
                "Wakati wa baridi tunakunywa chai moto kila jioni.",
                "Mapishi haya yanahitaji mayai mawili, unga na sukari.",
            ]
        ),
        (
            "Welsh",
            [
                "Mae'r ci yn cysgu o dan y bwrdd ac yn breuddwydio am yr haf.",
                "Ble mae'r orsaf agosaf, os gwelwch yn dda?", "Yn y gaeaf byddwn ni'n mynd i'r mynyddoedd yn aml.",
            ]
        ),
        (
            "Filipino",
            [
                "Natutulog ang aso sa ilalim ng mesa.", "Nasaan ang pinakamalapit na sakayan ng bus?",
                "Kailangan ng dalawang itlog, harina at asukal para rito.",
            ]
        ),
        (
            "Russian",
            [
                "Собака спит под столом и видит во сне лето.", "Где находится ближайшая остановка автобуса?",
                "Зимой мы часто ездим в горы кататься на лыжах.", "Для этого рецепта нужны два яйца, мука и сахар.",
            ]
        ),
        (
            "Ukrainian",
            [
                "Собака спить під столом і бачить уві сні літо.", "Де знаходиться найближча зупинка автобуса?",
                "Взимку ми часто їздимо в гори кататися на лижах.",
            ]
        ),
        (
            "Bulgarian",
            [
                "Кучето спи под масата и сънува лятото.", "Къде се намира най-близката спирка?",
                "През зимата често ходим на планина да караме ски.",
            ]
        ),
        (
            "Greek",
            [
                "Ο σκύλος κοιμάται κάτω από το τραπέζι και ονειρεύεται το καλοκαίρι.",
                "Πού είναι ο πιο κοντινός σταθμός;", "Τον χειμώνα πηγαίνουμε συχνά στο βουνό για σκι.",
            ]
        ),
        (
            "Hebrew",
            [
                "הכלב ישן מתחת לשולחן וחולם על הקיץ.", "איפה נמצאת תחנת האוטובוס הקרובה?",
                "בחורף אנחנו שותים הרבה תה חם עם דבש.",
            ]
        ),
        (
            "Arabic",
            [
                "ينام الكلب تحت الطاولة ويحلم بالصيف.", "أين تقع أقرب محطة للحافلات؟",
                "في الشتاء نشرب الشاي الساخن كل مساء مع العائلة.",
            ]
        ),
        (
            "Persian",
            [
                "سگ زیر میز خوابیده است و خواب تابستان می‌بیند.", "نزدیک‌ترین ایستگاه اتوبوس کجاست؟",
                "در زمستان هر شب چای داغ می‌نوشیم.",
            ]
        ),
        (
            "Hindi",
            ["कुत्ता मेज के नीचे सो रहा है और गर्मियों का सपना देख रहा है।", "सबसे नज़दीकी बस अड्डा कहाँ है?", "सर्दियों में हम रोज़ शाम को गरम चाय पीते हैं।"]
        ),
        ("Bengali", ["কুকুরটি টেবিলের নিচে ঘুমাচ্ছে।", "সবচেয়ে কাছের বাস স্টপ কোথায়?", "শীতকালে আমরা প্রতিদিন গরম চা খাই।"]),
        ("Tamil", ["நாய் மேசையின் கீழே தூங்குகிறது.", "அருகிலுள்ள பேருந்து நிலையம் எங்கே?", "குளிர்காலத்தில் நாங்கள் சூடான தேநீர் குடிப்போம்."]),
        ("Thai", ["สุนัขนอนอยู่ใต้โต๊ะและฝันถึงฤดูร้อน", "ป้ายรถเมล์ที่ใกล้ที่สุดอยู่ที่ไหน", "ในฤดูหนาวเราดื่มชาร้อนทุกเย็น"]),
        ("Japanese", ["犬はテーブルの下で寝ていて、夏の夢を見ています。", "一番近いバス停はどこですか。", "冬になると、毎晩あたたかいお茶を飲みます。"]),
        ("Chinese", ["小狗在桌子底下睡觉，梦见了夏天。", "请问最近的公交车站在哪里？", "冬天的晚上，我们一家人常常一起喝热茶。"]),
        ("Korean", ["강아지가 탁자 밑에서 자면서 여름 꿈을 꾸고 있어요.", "가장 가까운 버스 정류장이 어디예요?", "겨울에는 매일 저녁 따뜻한 차를 마십니다."]),
        ("Georgian", ["ძაღლს მაგიდის ქვეშ სძინავს და ზაფხული ესიზმრება.", "სად არის უახლოესი ავტობუსის გაჩერება?"]),
        ("Armenian", ["Շունը քնած է սեղանի տակ և ամառ է երազում։", "Որտե՞ղ է ամենամոտ ավտոբուսի կանգառը։"]),
        ("Amharic", ["ውሻው ከጠረጴዛው በታች ተኝቷል።", "በጣም ቅርብ የሆነው የአውቶቡስ ማቆሚያ የት ነው?"]),
    ]
}
