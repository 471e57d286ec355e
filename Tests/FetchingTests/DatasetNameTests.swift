import FetchSpool
import Testing

@Suite("SHA-256 as text")
struct HashTextTests {
    @Test("Only 64 small hexadecimal digits are one", arguments: [("a", false), ("A", false)])
    func text(text: String, isOne: Bool) {
        #expect(isSHA256(text) == isOne)
        #expect(isSHA256(String(repeating: text, count: 64)) == (text == "a"))
    }
}
