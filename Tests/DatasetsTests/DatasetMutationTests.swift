import Datasets
import Diagnostics
import Foundation
import Moderation
import TestSupport
import Testing

@Suite("Damaged datasets")
struct DatasetMutationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Lines that between them use most of the format.
    private static let original = Array(
        """
        {"messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"\\u00e9\\uD83D\\uDE00"},\
        {"role":"assistant","content":"caf\u{E9}"}],"n":-1.5e+3,"deep":[[{"a":[true,null]}]]}\r

        {"messages":[{"role":"assistant","content":"two"}],"\\u0061":1,"b":2}
           \t
        not a row
        {"messages":[{"role":"assistant","content":"three"}],"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0}
        """.utf8)

    /// Bytes that matter to the format, so that mutations hit its rules often.
    private static let telling = Array("\"\\{}[]:,\r\n \t0-.eu".utf8) + [0x00, 0xFF, 0xC3, 0xED]

    @Test("Whatever bytes change, reading tells where every byte belongs", arguments: 0..<4 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var readable = 0
        for _ in 0..<1500 {
            var bytes = Self.original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte =
                    Bool.random(using: &generator)
                    ? Self.telling.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default:
                    bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &generator)))
                }
                if bytes.isEmpty { bytes = [byte] }
            }
            do {
                let dataset = try folder.read(bytes)
                readable += 1
                try #require(expectTiles(dataset))
            } catch let error as DatasetError {
                try #require(error.code == .noExamples)
            }
        }
        #expect(readable > 1000)
    }

    @Test("A file cut at any byte is read up to there")
    func prefixes() throws {
        for count in 1...Self.original.count {
            do {
                let dataset = try folder.read(Array(Self.original[..<count]))
                try #require(dataset.byteCount == count)
                try #require(expectTiles(dataset))
            } catch let error as DatasetError {
                try #require(error.code == .noExamples)
            }
        }
    }

    @Test("The undamaged file has three examples, one bad line and two blank ones")
    func undamaged() throws {
        let dataset = try folder.read(Self.original)
        #expect(dataset.examples.map(\.line) == [1, 3, 6])
        #expect(dataset.malformedLines.map(\.line) == [5])
        #expect(dataset.blankLines.map(\.line) == [2, 4])
        #expect(expectTiles(dataset))
    }
}
