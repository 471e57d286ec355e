import LanguageModels
import TensorKernels
import Testing

@Suite("Generation against PyTorch")
struct GenerationTests {
    @Test("Greedy text equals the fixture's, token by token")
    func greedyText() throws {
        let model = try Fixtures.model.get()
        let pool = WorkerPool(threadCount: 2)
        let generator = try TextGenerator(model: model, longest: 160, pool: pool)
        let fixtures = try Fixtures.load("generate.json", as: [Fixtures.Generation].self)
        let prompts = fixtures.map { model.tokenizer.encode($0.prompt, recognisingControlTokens: true) }
        let outputs = try generator.generate(
            prompts, maximumNewTokens: 32, stopTokens: model.chatTemplate.stopTokens)
        for (fixture, output) in zip(fixtures, outputs) {
            #expect(output == fixture.new_ids)
            #expect(model.tokenizer.decode(output, skippingControlTokens: false) == fixture.text)
        }
    }
}
