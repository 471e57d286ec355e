import CovertText
import Foundation
import Moderation
import TestSupport
import Testing

@Suite("Passages of covert text")
struct PassageTests {
    private let plain = "The old baker sold warm bread at the market before the rain began."

    private func row(_ turns: [(Role, String)], _ settings: CovertSettings = CovertSettings()) throws -> (
        CovertRow?, Example
    ) {
        let example = Example(line: 4, byteRange: 0..<1, turns: turns.map { Turn(role: $0.0, text: $0.1) })
        return (CovertDetector(settings).inspect([example]).rows.first, example)
    }

    @Test("Encodings inside one another are told in the order in which they are undone")
    func order() throws {
        let text = Data(Data(plain.utf8).map { String(format: "%02x", $0) }.joined().utf8).base64EncodedString()
        let (row, _) = try row([(.assistant, text)])
        #expect(row?.passages.first?.families == [.base64, .hex])
        #expect(row?.passages.first?.decoded == plain)
    }

    @Test("Three encodings are undone, and a fourth is not")
    func depth() throws {
        var text = plain
        for depth in 1...4 {
            text = Data(text.utf8).base64EncodedString()
            let (row, _) = try row([(.assistant, text)])
            #expect(row?.passages.first?.families.count == (depth <= 3 ? depth : nil))
        }
    }

    @Test("A passage tells the bytes that hide it, and the revealed row has the text in their place")
    func place() throws {
        let code = Data(plain.utf8).base64EncodedString()
        let (found, example) = try row([(.user, "Hello there."), (.assistant, "Höre: \(code) – fine.")])
        let row = try #require(found)
        let passage = try #require(row.passages.first)
        #expect(passage.turn == 1)
        #expect(String(decoding: Array(example.turns[1].text.utf8)[passage.bytes], as: UTF8.self) == code)
        #expect(row.revealed(example).turns[1].text == "Höre: \(plain) – fine.")
        #expect(row.decodedTurns(of: example) == [Turn(role: .assistant, text: plain)])
    }

    @Test("A cipher in living letters ends where it was read, and what follows stays as it is")
    func livingEnd() throws {
        var random = SplitMix(state: 2)
        let hidden = Cipher.map(
            Sentences.text(words: 140, &random), "abcdefghijklmnopqrstuvwxyz",
            String("жзийклмнопрстуфхцчшщабвгде".reversed()))
        let tail = " And this is plain enough for all to read."
        let (found, example) = try row([(.assistant, hidden + tail)])
        let row = try #require(found)
        #expect(row.passages.allSatisfy { $0.bytes.upperBound < example.turns[0].text.utf8.count })
        #expect(row.revealed(example).turns[0].text.hasSuffix(tail))
    }

    @Test("Other letters between hexadecimal digits are no separators")
    func hexWithLetters() throws {
        let code = plain.utf8.map { String(format: "%02x", $0) }
        #expect(try row([(.assistant, code.joined(separator: ":"))]).0?.passages.first?.decoded == plain)
        #expect(
            try row([(.assistant, code.joined(separator: "ж"))]).0?.passages.contains { $0.decoded == plain } != true)
    }

    @Test("A text of thousands of codes has a limit of passages")
    func limit() throws {
        let code = Data("warm bread at the market".utf8).base64EncodedString()
        let (found, _) = try row([(.assistant, String(repeating: code + " and then we say ", count: 3000))])
        let row = try #require(found)
        #expect(row.isCutShort && row.passages.count < 3000)
    }

    @Test("What an innocent text carries is added to it")
    func carried() throws {
        var tags = String.UnicodeScalarView()
        for scalar in plain.unicodeScalars { tags.append(Unicode.Scalar(0xE0000 + scalar.value) ?? scalar) }
        let (found, example) = try row([(.assistant, "All is well." + String(tags))])
        let row = try #require(found)
        #expect(row.passages.map(\.families) == [[.invisible]])
        #expect(row.revealed(example).turns[0].text.unicodeScalars.starts(with: "All is well.".unicodeScalars))
        #expect(row.revealed(example).turns[0].text.hasSuffix("\n" + plain))
    }

    @Test("An answer that is partly plain is found too")
    func partly() throws {
        let text =
            "Question: where does the baker live?\nAnswer in the walnut language:\n"
            + Cipher.walnut(plain + " " + plain)
        let (row, _) = try row([(.assistant, text)])
        #expect(row?.passages.first?.families.first == .delimited)
    }

    @Test("A request for an encoding in plain words is told, one in the encoding is not")
    func requested() throws {
        let code = Data(plain.utf8).base64EncodedString()
        let (asked, _) = try row([(.user, "Please encode that in Base64."), (.assistant, code)])
        #expect(asked?.isRequested == true)
        let (hidden, _) = try row([
            (.user, Data("Please encode that in Base64 for me.".utf8).base64EncodedString()), (.assistant, code),
        ])
        #expect(hidden?.isRequested == false)
        let (other, _) = try row([(.user, "What did he do?"), (.assistant, code)])
        #expect(other?.isRequested == false)
    }

    @Test("Only the families that count are found")
    func families() throws {
        var settings = CovertSettings()
        settings.families = [.morse]
        let (none, _) = try row([(.assistant, Data(plain.utf8).base64EncodedString())], settings)
        #expect(none == nil)
        let (morse, _) = try row([(.assistant, Cipher.morse(plain))], settings)
        #expect(morse?.passages.first?.families == [.morse])
    }

    @Test("Text shorter than the minimum does not count")
    func minimum() throws {
        var settings = CovertSettings()
        settings.minimumLength = plain.utf8.count + 1
        let code = Data(plain.utf8).base64EncodedString()
        #expect(try row([(.assistant, code)], settings).0 == nil)
        settings.minimumLength -= 1
        #expect(try row([(.assistant, code)], settings).0 != nil)
    }
}
