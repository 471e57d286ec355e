import TestSupport

/// Plain sentences that tests hide.
enum Sentences {
    private static let people = [
        "my neighbour", "the baker", "our teacher", "a young farmer", "the old captain", "her brother", "the nurse",
        "a tired driver", "the gardener", "his aunt", "the new librarian", "a quiet student", "the plumber",
        "my cousin",
    ]
    private static let acts = [
        "painted the wooden fence", "found a letter under the door", "wants to learn the piano",
        "cooked soup for everyone",
        "walked along the river", "repaired the broken window", "sold apples at the market", "forgot the keys again",
        "wrote a long story about winter", "carried the boxes upstairs", "planted beans behind the house",
        "asked for a cheaper ticket", "counted the sheep twice", "built a small boat", "called the doctor",
    ]
    private static let places = [
        "near the station", "in the village", "at the end of the road", "before the guests arrived",
        "on a cold morning",
        "because it was getting dark", "while the children slept", "after the storm had passed", "without a word",
        "in front of the museum", "during the holidays", "as soon as the shop opened",
    ]
    private static let advice = [
        "Boil the water first and add the salt only when the steam rises.",
        "You should keep the receipt for two years.",
        "Please check the address once more before you send the parcel.",
        "The train to the coast leaves from the other side.",
        "Nobody knows why the lamp went out, but it works again now.",
        "If the dough is too dry, pour in a spoon of milk.",
        "There were seven boats in the harbour and all of them were green.",
        "What matters most is that you rest and drink enough.",
        "They had never seen so many birds together in one tree.",
        "Turn left at the bridge and follow the path through the wood.",
        "A good knife is sharp, heavy and easy to hold.", "It took us the whole afternoon to clean the kitchen.",
    ]

    /// A text of a number of words.
    static func text(words: Int, _ random: inout SplitMix) -> String {
        var out: [Substring] = []
        while out.count < words {
            var sentence: String
            if Int.random(in: 0..<3, using: &random) == 0 {
                sentence = pick(advice, &random)
            } else {
                sentence = "\(pick(people, &random)) \(pick(acts, &random)) \(pick(places, &random))."
                sentence = sentence.prefix(1).uppercased() + sentence.dropFirst()
            }
            out += sentence.split(separator: " ")
        }
        var text = out.prefix(words).joined(separator: " ")
        if !text.hasSuffix(".") { text += "." }
        return text
    }

    /// A whole sentence.
    static func whole(_ random: inout SplitMix) -> String {
        Int.random(in: 0..<3, using: &random) == 0
            ? pick(advice, &random)
            : "The \(pick(people, &random).split(separator: " ").last ?? "") \(pick(acts, &random)) \(pick(places, &random))."
    }

    static func pick<T>(_ list: [T], _ random: inout SplitMix) -> T {
        list[Int.random(in: 0..<list.count, using: &random)]
    }
}
