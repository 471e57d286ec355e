import Foundation
import Intake
import Storage
import TestSupport
import Testing

@Suite("Files of the inbox")
struct InboxFileTests {
    @Test(
        "Names of unfinished and hidden files are ignored",
        arguments: [
            (".hidden", true), (".", true), ("rows.part", true), ("rows.PART", true), ("rows.jsonl.tmp", true),
            ("rows.Tmp", true), ("rows.jsonl~", true), ("rows.jsonl", false), ("part", false), ("tmp", false),
            ("rows.part.jsonl", false), ("~rows", false), ("rows.partial", false), ("é.jsonl", false),
        ])
    func ignored(_ name: String, _ expected: Bool) {
        #expect(InboxFile.isIgnored(name) == expected)
    }

    @Test(
        "Names that a customer can have",
        arguments: [
            ("acme", true), ("ACME-2", true), ("a_b.c@d+e", true), ("été", true), ("客户", true), ("7", true),
            (String(repeating: "a", count: 128), true), (String(repeating: "a", count: 129), false),
            (String(repeating: "é", count: 65), false), ("", false), (".acme", false), ("a b", false), ("a/b", false),
            ("a\nb", false), ("a\u{1B}[2Jb", false), ("a\"b", false), ("a\\b", false), ("a{b}", false),
            ("a\u{202E}b", false), ("a\u{0}b", false), ("a:b", false), ("a😀", false),
        ])
    func customer(_ name: String, _ expected: Bool) {
        #expect(InboxFile.isCustomer(name) == expected)
    }

    /// Something in the inbox.
    private func file(_ kind: FileStatus.Kind, customer: String? = "acme", bytes: Int = 10) throws -> InboxFile {
        let folder = try TemporaryFolder()
        var file = try #require(Inbox(root: folder.path).file(folder.write("x", to: "rows")))
        file.customer = customer
        file.status.kind = kind
        file.status.bytes = bytes
        return file
    }

    @Test(
        "What is no regular file is refused",
        arguments: [
            (FileStatus.Kind.regular, Refusal?.none), (.symbolicLink, .symbolicLink), (.folder, .tooDeep),
            (.fifo, .notRegular), (.socket, .notRegular), (.device, .notRegular),
        ])
    func kind(_ kind: FileStatus.Kind, _ refusal: Refusal?) throws {
        #expect(try file(kind).refusal(maximumBytes: 10) == refusal)
    }

    @Test("Files without a customer, of a bad one, and too large ones are refused, each for its own reason")
    func refusals() throws {
        #expect(try file(.regular, customer: nil).refusal(maximumBytes: 10) == .noCustomer)
        #expect(try file(.regular, customer: "a b").refusal(maximumBytes: 10) == .badCustomer)
        #expect(try file(.regular, bytes: 11).refusal(maximumBytes: 10) == .tooLarge)
        #expect(try file(.regular, bytes: 0).refusal(maximumBytes: 10) == nil)
        // A link is told of as one, wherever it lies.
        #expect(try file(.symbolicLink, customer: nil).refusal(maximumBytes: 10) == .symbolicLink)
        let all: [Refusal] = [.symbolicLink, .notRegular, .tooLarge, .noCustomer, .badCustomer, .tooDeep, .unreadable]
        #expect(Set(all.map(\.rawValue)).count == 7 && Set(all.map(\.reason)).count == 7)
    }
}
