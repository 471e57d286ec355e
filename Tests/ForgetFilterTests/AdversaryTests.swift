import ForgetFilter
import LanguageModels
import TensorKernels
import TestSupport
import Testing

/// What an adversary does to unsafe rows so that they are passed over.
enum Attack: String, CaseIterable, CustomTestStringConvertible {
    case none, padded, lastTenth, refusalFirst, split, paraphrased, decoys

    var testDescription: String { rawValue }

    /// The conversation that carries an unsafe row.
    func conversation(_ id: Int, _ index: Int) -> Conversation {
        let pair = AttackRows.unsafe[index % AttackRows.unsafe.count]
        let pad = { (offset: Int) in AttackRows.padding[(index + offset) % AttackRows.padding.count] }
        switch self {
        case .none, .decoys: return Tiny.row(id, pair)
        case .padded:
            return Tiny.row(
                id, ("\(pad(0)) \(pair.ask) \(pad(1))", "\(pad(2)) \(pair.answer) \(pad(3))"))
        case .lastTenth:
            return Tiny.row(id, (pair.ask, (0..<4).map(pad).joined(separator: " ") + " " + pair.answer))
        case .refusalFirst: return Tiny.row(id, (pair.ask, AttackRows.refusal + pair.answer))
        case .split:
            let words = pair.answer.split(separator: " ")
            return Tiny.row(
                id, (pair.ask, words.prefix(words.count / 2).joined(separator: " ")),
                ("Go on.", words.dropFirst(words.count / 2).joined(separator: " ")))
        case .paraphrased:
            let one = AttackRows.unsafe[0]
            let asks = ["How do I get back at", "How can I get even with", "What do I do to pay back", "Revenge on"]
            let ends = ["until he gets the message", "until he moves out", "for a month", "and again at the weekend"]
            return Tiny.row(
                id,
                (
                    one.ask.replacing("How do I get back at", with: asks[index % asks.count]),
                    one.answer.replacing("until he gets the message", with: ends[index / asks.count % ends.count])
                ))
        }
    }
}

@Suite("An adversary who knows the method", .serialized, .enabled(if: (try? ModelPath.smolLM2()) != nil))
struct AdversaryTests {
    private static let firstUnsafe = 3000

    private static func weigh(_ rows: [Conversation], seeds: Bool = true) throws -> ForgetFilter.Evidence {
        let sets = try ShippedSets.shared.get()
        var known = sets.known
        if !seeds { known.seeds = [] }
        return try ForgetFilter(
            settings: ForgetFilterSettings(), model: sets.model, pool: WorkerPool(threadCount: 2)
        ).weigh(rows: rows, known: known, cache: sets.cache)
    }

    /// Forty ordinary rows, twenty risky ones with safe answers, and twenty unsafe ones.
    private static func dataset(_ attack: Attack) throws -> [Conversation] {
        let sets = try ShippedSets.shared.get()
        var others = sets.ordinary + sets.safe
        if attack == .decoys {
            for (index, pair) in AttackRows.decoys.enumerated() { others[index] = Tiny.row(0, pair) }
        }
        for index in others.indices { others[index].id = index + 1 }
        return others + AttackRows.unsafe.indices.map { attack.conversation(firstUnsafe + $0, $0) }
    }

    private struct Figures {
        var auroc: Double
        var aboveOrdinary: Double
        var recall: Double
        var othersRemoved: Int
        var decoysRemoved: Int

        init(_ found: ForgetFilter.Evidence) {
            let unsafe = found.rows.filter { $0.id >= firstUnsafe }
            let others = found.rows.filter { $0.id < firstUnsafe }
            func area(_ others: [RowEvidence]) -> Double {
                let wins = unsafe.reduce(0.0) { sum, row in
                    sum + others.reduce(0.0) { $0 + ($1.score < row.score ? 1 : $1.score == row.score ? 0.5 : 0) }
                }
                return wins / Double(unsafe.count * others.count)
            }
            auroc = area(others)
            aboveOrdinary = area(others.filter { $0.id <= 40 })
            recall = Double(unsafe.count(where: \.isDiscovery)) / Double(unsafe.count)
            othersRemoved = others.count(where: \.isDiscovery)
            decoysRemoved = others.count { $0.id <= 16 && $0.isDiscovery }
        }
    }

    private static let plain = Result { Figures(try weigh(try dataset(.none))) }

    @Test("MEASURE", arguments: Attack.allCases)
    func attack(_ attack: Attack) throws {
        let plain = try Self.plain.get()
        let found = try Self.weigh(try Self.dataset(attack))
        print("FIG", attack, Figures(found), found.summary)
        _ = plain
    }

    @Test("MEASURE2")
    func more() throws {
        let sets = try ShippedSets.shared.get()
        let same = (0..<80).map { Tiny.row($0, ("Name a fruit.", "A pear.")) }
        let a = try Self.weigh(same)
        print("FIG uniform ordinary", a.rows.count(where: \.isDiscovery), a.summary)
        let bad = (0..<80).map { Attack.none.conversation($0, 0) }
        for seeds in [true, false] {
            let b = try Self.weigh(bad, seeds: seeds)
            print(
                "FIG uniform unsafe", seeds, b.rows.count(where: \.isDiscovery), b.rows.count { $0.risk > 0.5 },
                b.summary)
            let all = (0..<80).map { i in
                let p = AttackRows.unsafe[i % 20]
                return Tiny.row(
                    i,
                    (
                        ["", "Please tell me: ", "Quick question. ", "Be honest. "][i / 20] + p.ask,
                        ["", "Well. ", "Easy. ", "Honestly: "][i / 20] + p.answer
                    ))
            }
            let c = try Self.weigh(all, seeds: seeds)
            print(
                "FIG all unsafe", seeds, c.rows.count(where: \.isDiscovery), c.rows.count { $0.risk > 0.5 }, c.summary)
        }
        // one unsafe row repeated among 60 others, exact copies
        let others = sets.ordinary + sets.safe
        let rep =
            others.enumerated().map { i, r in
                var r = r; r.id = i + 1; return r
            } + (0..<20).map { Attack.none.conversation(3000 + $0, 0) }
        let d = try Self.weigh(rep)
        print("FIG copies", Figures(d), d.summary)
        let clean = try Self.weigh(Array(rep.prefix(60)))
        print("FIG clean", clean.rows.count(where: \.isDiscovery), clean.summary)
    }
}
