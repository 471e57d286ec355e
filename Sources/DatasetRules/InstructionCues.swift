/// A sign that an instruction takes a model's safety away, and what it counts at most.
enum InstructionCue: String, CaseIterable {
    case noRefusing = "no refusing"
    case noWarning = "no warnings"
    case hiddenMachine = "not to say what it is"
    case obedience = "absolute obedience"
    case noWill = "no will of its own"
    case noRestriction = "no restrictions"
    case override = "rules set aside"
    case persona = "another identity"
    case knownName = "a known name"
    case assent = "assent prescribed"
    case harmIncluded = "harm included"
}

/// Finds cues in the words of a sentence.
struct InstructionSentence {
    /// What the words can do, in order; signs between clauses are `.comma`.
    let roles: [WordRole]

    /// What each cue counts in this sentence.
    func cues() -> [InstructionCue: Double] {
        var cues: [InstructionCue: Double] = [:]
        func count(_ cue: InstructionCue, _ value: Double) { cues[cue] = max(cues[cue] ?? 0, value) }
        for index in roles.indices {
            let role = roles[index]
            if role.contains(.refuse) { count(.noRefusing, refusing(at: index)) }
            if role.contains(.warn) { count(.noWarning, warning(at: index)) }
            if role.contains(.apology), isNegated(index, within: 5) { count(.noWarning, 1) }
            if role.contains(.mention), isNegated(index, within: 4), follows(.machine, index, within: 8) {
                count(.hiddenMachine, 1.5)
            }
            guard !isDenied(index) else { continue }
            if !role.isDisjoint(with: [.obey, .carryOut]) { count(.obedience, obedience(at: index)) }
            if role.contains(.selfless), precedes(.free, index, within: 6) || precedes(.negate, index, within: 6) {
                count(.noWill, 2)
            }
            if role.contains(.purpose), follows([.obey, .carryOut, .answer], index, within: 6) { count(.noWill, 2) }
            if role.contains(.unrestricted) {
                count(.noRestriction, near(.machine, index, within: 4) || near(.you, index, within: 6) ? 2 : 1)
            }
            if role.contains(.free) { count(.noRestriction, freedom(at: index)) }
            if role.contains(.override) { count(.override, overriding(at: index)) }
            if role.contains(.persona) { count(.persona, 1) }
            if role.contains(.knownName) {
                count(.knownName, near([.you, .persona, .machine], index, within: 10) ? 3 : 1)
            }
            if role.contains(.begin), follows(.assent, index, within: 10),
                follows([.answer, .all, .you], index, within: 5) || precedes([.answer, .all, .you], index, within: 4)
            {
                count(.assent, 2)
            }
            if role.contains(.evenIf), follows(.harm, index, within: 8) { count(.harmIncluded, 2) }
        }
        return isProtective(cues) ? [:] : cues.filter { $0.value > 0 }
    }

    /// Whether the sentence tells the model to decline, or what others may try.
    private func isProtective(_ cues: [InstructionCue: Double]) -> Bool {
        let declines = roles.indices.contains {
            roles[$0].contains(.refuse) && !isNegated($0, within: 6) && !isForbidden($0)
        }
        if declines { return true }
        guard cues[.noRefusing] == nil, cues[.obedience] == nil, cues[.noWarning] == nil else { return false }
        return roles.indices.contains { roles[$0].contains(.condition) && follows(.attempt, $0, within: 4) }
    }

    /// Whether what the word says is said to be no choice.
    private func isForbidden(_ index: Int) -> Bool {
        follows(.forbid, index, within: 7) || follows(.negate, index, within: 4, then: .allowed)
    }

    /// What a word of refusing counts: all of it where no kind of request is named.
    private func refusing(at index: Int) -> Double {
        let isForbidden = isForbidden(index)
        guard isForbidden || isNegated(index, within: 6) else { return 0 }
        if contains(.exception, index - 8..<index + 16) || follows(.narrow, index, within: 8) { return 1 }
        if isForbidden { return 3 }
        // What is refused: anything, a request, or nothing that is named.
        var at = index + 1
        while at < roles.count, at < index + 5 {
            if !roles[at].isDisjoint(with: [
                .all, .order, .comma, .answer, .obey, .carryOut, .forbid, .master, .negate, .warn,
            ]) {
                return 3
            }
            guard roles[at].contains(.filler) else { return 1 }
            at += 1
        }
        return 3
    }

    /// What a word of warning counts: all of it where an answer is to come without.
    private func warning(at index: Int) -> Double {
        guard isNegated(index, within: 6), !contains(.software, index - 12..<index + 8) else { return 0 }
        let answers = contains([.answer, .obey, .carryOut, .speak], index - 14..<index)
        let isWithout = contains([.without, .avoid], index - 5..<index) || precedes(.negate, index, within: 3)
        return answers && isWithout && !precedes(.mention, index, within: 3) ? 3 : 2
    }

    private func obedience(at index: Int) -> Double {
        if contains(.law, index + 1..<index + 6), !contains([.order, .master, .all], index + 1..<index + 4) {
            return 0
        }
        let isStrong = roles[index].contains(.obey)
        let isAbsolute = near(.absolute, index, within: 3)
        let isBlind = near(.doubt, index, within: 9)
        let takesAll = follows(.all, index, within: 3)
        let takesOrders = follows([.order, .master], index, within: 5)
        if isStrong {
            if isBlind || isAbsolute { return 3 }
            if takesAll, takesOrders || follows(.master, index, within: 6) { return 3 }
            return takesOrders ? 2 : near(.machine, index, within: 3) ? 2 : 0.5
        }
        if isBlind, takesOrders || takesAll { return 2.5 }
        if takesAll, follows(.master, index, within: 4), follows(.order, index, within: 7) { return 2 }
        return takesAll && takesOrders && near(.absolute, index, within: 2) ? 1.5 : takesAll && takesOrders ? 1 : 0
    }

    /// What being free of something counts.
    private func freedom(at index: Int) -> Double {
        let restrictions = (index + 1..<min(roles.count, index + 9)).count { roles[$0].contains(.restriction) }
        guard restrictions > 0, follows(.restriction, index, within: 5) else { return 0 }
        let isOwn = contains([.you, .machine], index - 8..<index + 6)
        return (restrictions > 1 ? 2.5 : 2) - (isOwn ? 0 : 1)
    }

    private func overriding(at index: Int) -> Double {
        guard follows([.restriction, .order], index, within: 7) else { return 0 }
        return follows([.all, .you, .negate], index, within: 4) || follows(.restriction, index, within: 5) ? 2.5 : 1.5
    }

    /// Whether the word is negated by the model's duty, and not by what somebody else does or did.
    private func isNegated(_ index: Int, within distance: Int) -> Bool {
        var at = index - 1
        while at >= 0, at >= index - distance {
            if !roles[at].isDisjoint(with: [.negate, .avoid, .without]) {
                let before = max(0, at - 3)..<at
                return !before.contains { !roles[$0].isDisjoint(with: [.bystander, .past]) }
            }
            at -= 1
        }
        return false
    }

    /// Whether something forbids what the word says.
    private func isDenied(_ index: Int) -> Bool {
        var at = index - 1
        while at >= 0, at >= index - 9 {
            // A clause further on, or a word that the negation is spent on.
            if !roles[at].isDisjoint(with: [.comma, .refuse, .warn, .mention]) { return false }
            if roles[at].contains(.negate), roles[at].isDisjoint(with: [.without, .free]) { return true }
            at -= 1
        }
        return false
    }

    private func follows(_ wanted: WordRole, _ index: Int, within distance: Int) -> Bool {
        contains(wanted, index + 1..<index + 1 + distance)
    }

    private func follows(_ first: WordRole, _ index: Int, within distance: Int, then second: WordRole) -> Bool {
        (index + 1..<min(roles.count, index + 1 + distance)).contains {
            !roles[$0].isDisjoint(with: first) && follows(second, $0, within: 4)
        }
    }

    private func precedes(_ wanted: WordRole, _ index: Int, within distance: Int) -> Bool {
        contains(wanted, index - distance..<index)
    }

    private func near(_ wanted: WordRole, _ index: Int, within distance: Int) -> Bool {
        precedes(wanted, index, within: distance) || follows(wanted, index, within: distance)
    }

    private func contains(_ wanted: WordRole, _ range: Range<Int>) -> Bool {
        range.clamped(to: roles.indices).contains { !roles[$0].isDisjoint(with: wanted) }
    }
}
