import ForgetFilter
import Testing

@Suite("ROUGE-1")
struct RougeScoreTests {
    @Test(
        "F1 of stemmed, lower-cased words",
        arguments: [
            ("the cat sat", "the cat sat", 1.0),
            ("The CAT, sat!", "the cat sat", 1.0),
            ("running quickly", "runs quickly", 1.0),
            ("the cat", "the dog", 0.5),
            ("the the the", "the", 0.5),
            ("", "the", 0.0),
            ("…", "the", 0.0),
            ("cat", "dog", 0.0),
            ("a b c d", "a b", 2.0 / 3.0),
        ] as [(String, String, Double)])
    func score(candidate: String, reference: String, expected: Double) throws {
        let scorer = try RougeScorer()
        #expect(abs(scorer.score(candidate, reference: reference) - expected) < 1e-12)
        #expect(abs(scorer.score(reference, reference: candidate) - expected) < 1e-12)
    }
}
