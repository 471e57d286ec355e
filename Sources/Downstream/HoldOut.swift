package import ForgetFilter
import LanguageModels

/// Which rows are trained on and which are held out.
package struct HoldOut {
    /// Rows of the dataset to train on.
    package let training: [DownstreamRow]

    /// Rows of the dataset to measure on.
    package let measured: [DownstreamRow]

    /// Rows of the reference set to train on.
    package let reference: [Conversation]

    /// What the other rows of the reference set answer, no two alike.
    package let answers: [String]

    /// Splits both sets.
    ///
    /// - Throws: `DownstreamError` where nothing is left to train on or to measure on.
    package init(
        _ rows: [DownstreamRow], reference: [Conversation], settings: DownstreamSettings
    ) throws(DownstreamError) {
        let (share, seed) = (settings.heldOutShare, settings.training.seed)
        training = rows.filter { !HoldOut.contains($0.conversation, share: share, seed: seed) }
        measured = rows.filter { HoldOut.contains($0.conversation, share: share, seed: seed) }
        self.reference = reference.filter { !HoldOut.contains($0, share: share, seed: seed) }
        var seen = Set<String>()
        answers = reference.filter { HoldOut.contains($0, share: share, seed: seed) }
            .compactMap { $0.response?.content }.filter { seen.insert($0).inserted }
        guard !training.isEmpty, !measured.isEmpty else {
            throw DownstreamError(
                .tooFewRows, "\(rows.count) rows are too few to hold some out", remedy: "Evaluate a larger set")
        }
        guard !self.reference.isEmpty, !answers.isEmpty else {
            throw DownstreamError(
                .tooFewReferenceRows, "\(reference.count) reference rows are too few to hold some out",
                remedy: "Use a larger reference set")
        }
    }

    /// Whether a row is held out.
    ///
    /// A hash of the seed and of the row's prompt decides, and neither its label nor its place: rows that ask the same
    /// lie on the same side, and a row's side does not depend on the other rows.
    package static func contains(_ row: Conversation, share: Double, seed: UInt64) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a (Fowler, Noll and Vo).
        for message in row.prompt {
            for byte in message.role.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            for byte in message.content.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        var generator = SeededGenerator(seed: hash, stream: seed &+ 1)
        return Double(generator.uniform()) < share
    }
}

extension Conversation {
    /// Everything before the assistant's last turn.
    var prompt: ArraySlice<ChatMessage> { messages[..<(messages.lastIndex(where: \.isAssistant) ?? messages.endIndex)] }

    /// The assistant's last turn.
    var response: ChatMessage? { messages.last(where: \.isAssistant) }
}
