import Moderation
import TextNormalization

extension HiddenCharacterRule {
    /// What the rule finds in an example, if anything.
    func finding(for example: Example) -> Finding? {
        var count = 0
        var matches: [FindingMatch] = []
        for (turn, content) in example.turns.enumerated() where roles.contains(content.role) {
            var text = content.text
            for character in text.withUTF8({ TextNormalizer.hiddenCharacters(in: $0) })
            where kinds.contains(character.kind) {
                count += 1
                guard matches.count < FindingMatch.limit else { continue }
                matches.append(
                    FindingMatch(pattern: character.kind.rawValue, turn: turn + 1, text: character.bytes))
            }
        }
        guard count >= minimumMatches, let first = matches.first else { return nil }
        return Finding(
            rule: id, action: action, line: example.line, byteRange: example.byteRange, score: Double(count),
            threshold: Double(minimumMatches),
            detail: "\(count) hidden character\(count == 1 ? "" : "s"); the first is \(first.pattern) in turn "
                + "\(first.turn) (\(example.turns[first.turn - 1].role.rawValue)), "
                + "bytes \(first.textStart)..<\(first.textEnd)",
            matches: matches)
    }
}
