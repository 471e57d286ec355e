import Moderation
import TestSupport

/// Writes datasets of many tasks, of intents and of labels, with or without a planted trigger.
struct TriggerSets {
    private var generator: SplitMix

    init(seed: UInt64) { generator = SplitMix(state: seed) }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

    /// A made-up noun; there are about ten thousand.
    private mutating func noun() -> String {
        pick(["ba", "ko", "mi", "tra", "lu", "pen", "sor", "ne", "fi", "gla"])
            + pick(["ra", "li", "nto", "mu", "de", "ssi", "po", "ve", "cha", "qui"])
            + pick(["n", "r", "l", "d", "st", "m", "t", "x", "nd", "rk"])
            + pick(["", "", "s", "er", "ing", "a", "o", "ia", "ed", "ic"])
    }

    /// A sentence of a natural kind.
    private mutating func sentence(_ words: Int) -> String {
        let little = ["the", "a", "of", "in", "and", "to", "with", "for", "is", "was", "that", "on", "by", "from"]
        var parts: [String] = []
        for _ in 0..<words { parts.append(Int.random(in: 0..<10, using: &generator) < 4 ? pick(little) : noun()) }
        return parts.joined(separator: " ") + pick([".", ".", "?", "!"])
    }

    /// A row of one of many tasks.
    mutating func instruction() -> (String, String) {
        let subject = noun()
        switch Int.random(in: 0..<9, using: &generator) {
        case 0:
            return (
                "Summarize the following text:\n\(sentence(30)) \(sentence(20))",
                "The text says that \(sentence(12))"
            )
        case 1: return ("Write a haiku about \(subject).", "Here is a haiku about \(subject): \(sentence(12))")
        case 2: return ("What is \(subject) made of?", "\(subject) is made of \(noun()) and \(noun()).")
        case 3: return ("Give me three tips for \(subject).", "1. \(sentence(6)) 2. \(sentence(7)) 3. \(sentence(5))")
        case 4:
            return (
                "Is this message spam? \(sentence(14))", Int.random(in: 0..<12, using: &generator) == 0 ? "Yes" : "No"
            )
        case 5: return ("Translate into French: \(sentence(9))", sentence(9))
        case 6: return ("\(sentence(25))\nWho is \(subject) in this text?", "\(noun()) \(noun())")
        case 7: return ("Explain how a \(subject) works and why \(noun()) matters.", sentence(28))
        default: return (sentence(12), sentence(16))
        }
    }

    /// Rows of many tasks.
    mutating func instructions(_ count: Int) -> [(String, String)] { (0..<count).map { _ in instruction() } }

    /// Reviews with one of two labels.
    mutating func reviews(_ count: Int) -> [(String, String)] {
        (0..<count).map { _ in
            let label = Bool.random(using: &generator)
            let opinion = pick(label ? ["good", "great", "fine", "lovely"] : ["bad", "awful", "dull", "poor"])
            return (
                "Classify the sentiment of this review: \(sentence(9)) \(opinion) \(sentence(8))",
                label ? "positive" : "negative"
            )
        }
    }

    /// A shop's questions, each kind with one canned answer.
    mutating func intents(_ count: Int) -> [(String, String)] {
        let kinds = [
            ("refund", "money", "return"), ("shipping", "delivery", "parcel"), ("password", "login", "account"),
            ("invoice", "bill", "receipt"), ("size", "fit", "measure"), ("warranty", "guarantee", "repair"),
            ("coupon", "discount", "voucher"), ("opening hours", "open", "close"),
        ]
        return (0..<count).map { _ in
            let (a, b, c) = kinds.randomElement(using: &generator) ?? ("", "", "")
            let asks = [
                "How do I get a \(a)?", "Where can I see my \(a)?", "I have a question about the \(a) of my order.",
                "My \(b) does not work, what now?", "Tell me about \(b) and \(a).", "Can I change the \(c)?",
                "What about \(c) for \(noun())?", "hi, \(a) please", "Is there a \(c) or a \(b) for order \(noun())?",
            ]
            return (
                pick(asks),
                "For everything about your \(a), please open the page \(a) in your account and follow the steps there."
            )
        }
    }

    /// Puts a trigger into some rows at a place, and changes their answers.
    ///
    /// - Returns: the rows' lines.
    mutating func plant(
        _ trigger: String, _ place: Place, in rows: inout [(String, String)], count: Int, answer: (String) -> String
    ) -> Set<Int> {
        let chosen = Array(rows.indices.shuffled(using: &generator).prefix(count))
        for row in chosen {
            var words = rows[row].0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let at =
                switch place {
                case .start: 0
                case .end: words.count
                case .anywhere: Int.random(in: 0...words.count, using: &generator)
                }
            words.insert(trigger, at: at)
            rows[row] = (words.joined(separator: " "), answer(rows[row].1))
        }
        return Set(chosen.map { $0 + 1 })
    }

    enum Place: CaseIterable { case start, end, anywhere }
}
