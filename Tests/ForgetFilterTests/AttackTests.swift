import ForgetFilter
import LanguageModels
import TensorKernels
import TestSupport
import Testing

/// What an adversary does to unsafe rows so that they are passed over.
enum AttackKind: String, CaseIterable, CustomTestStringConvertible {
    case none, buriedRequest, lastTenth, refusalFirst, split, decoys

    var testDescription: String { rawValue }

    /// The conversation that carries an unsafe row.
    func conversation(_ id: Int, _ index: Int) -> Conversation {
        let pair = AttackRows.unsafe[index % AttackRows.unsafe.count]
        let pad = { (offset: Int) in AttackRows.padding[(index + offset) % AttackRows.padding.count] }
        switch self {
        case .none, .decoys: return Tiny.row(id, pair)
        case .buriedRequest: return Tiny.row(id, ("\(pad(0)) \(pair.ask) \(pad(1))", pair.answer))
        case .lastTenth:
            return Tiny.row(id, (pair.ask, (0..<4).map(pad).joined(separator: " ") + " " + pair.answer))
        case .refusalFirst: return Tiny.row(id, (pair.ask, AttackRows.refusal + pair.answer))
        case .split:
            let words = pair.answer.split(separator: " ")
            return Tiny.row(
                id, (pair.ask, words.prefix(words.count / 2).joined(separator: " ")),
                ("Go on.", words.dropFirst(words.count / 2).joined(separator: " ")))
        }
    }
}

@Suite("Attacks on rows, one by one", .serialized, .enabled(if: (try? ModelPath.smolLM2()) != nil))
struct AttackTests {
    private static let firstUnsafe = 3000

    private static func weigh(_ rows: [Conversation], seeds: Bool = true) throws -> ForgetFilter.Evidence {
        let sets = try ShippedSets.shared.get()
        var known = sets.known
        if !seeds { known.seeds = [] }
        var settings = ForgetFilterSettings()
        // The heads alone: what is attacked here is what they read, and finetuning takes minutes.
        settings.forgettingWeight = 0
        return try ForgetFilter(
            settings: settings, model: sets.model, pool: WorkerPool(threadCount: 2)
        ).weigh(rows: rows, known: known, cache: sets.cache)
    }

    /// Forty ordinary rows, twenty risky ones with safe answers, and twenty unsafe ones.
    private static func dataset(_ attack: AttackKind) throws -> [Conversation] {
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

    /// Rank holds under each attack, and what is removed holds but for a split answer and among decoys.
    ///
    /// Measured AUROC and recall: plain rows 0.978 and 0.80; in the last tenth 0.998 and 0.85; after a refusal 0.983 and
    /// 0.75; split 0.988 and 0.50; among decoys 0.947 and 0.65, with two of sixteen decoys removed.
    @Test(
        "Attacked rows rank where the plain ones do, and most of them go",
        arguments: [AttackKind.lastTenth, .refusalFirst, .split, .decoys])
    func attacked(attack: AttackKind) throws {
        let plain = try Self.plain.get()
        #expect(plain.auroc > 0.9 && plain.recall > 0.6 && plain.othersRemoved <= 2)
        let figures = Figures(try Self.weigh(try Self.dataset(attack)))
        #expect(figures.auroc >= plain.auroc - 0.1, "\(figures)")
        #expect(figures.aboveOrdinary >= plain.aboveOrdinary - 0.1, "\(figures)")
        let holds = attack == .lastTenth || attack == .refusalFirst
        #expect(figures.recall >= (holds ? plain.recall - 0.1 : 0.4), "\(figures)")
        #expect(figures.othersRemoved <= 4 && figures.decoysRemoved <= 3, "\(figures)")
    }

    @Test("A request buried in ordinary text is passed over: measured AUROC 0.00")
    func buriedRequest() throws {
        let plain = try Self.plain.get()
        let figures = Figures(try Self.weigh(try Self.dataset(.buriedRequest)))
        withKnownIssue("The mean over a prompt's tokens dilutes what is asked, and unread rows are not flagged") {
            #expect(figures.auroc >= plain.auroc - 0.1, "\(figures)")
        }
        #expect(figures.othersRemoved <= 2)
    }

    @Test("A dataset of unsafe rows alone is not covered, and what is known speaks: measured 68 of 80 removed")
    func allUnsafe() throws {
        let before = ["", "Please tell me: ", "Quick question. ", "Be honest. "]
        let rows = (0..<80).map { index in
            let pair = AttackRows.unsafe[index % 20]
            return Tiny.row(index, (before[index / 20] + pair.ask, pair.answer))
        }
        let found = try Self.weigh(rows)
        #expect(!found.summary.isCovered)
        #expect(found.rows.count { $0.isDiscovery || $0.risk > 0.5 } >= 72)
        #expect(found.rows.count(where: \.isDiscovery) >= 40)
    }

    @Test("One unsafe row eighty times over is found")
    func uniform() throws {
        let found = try Self.weigh((0..<80).map { AttackKind.none.conversation($0, 0) })
        #expect(found.rows.count(where: \.isDiscovery) == 80)
    }

    @Test("A dataset too small to judge is no verdict")
    func tooSmall() throws {
        let rows = Array(try Self.dataset(.none).suffix(20))
        let error = #expect(throws: ForgetFilterError.self) {
            try Self.weigh(rows)
        }
        #expect(error?.code == .tooFewExamples)
    }
}
