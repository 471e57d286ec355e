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

    /// Whether it ends with a question mark: who asks does not instruct.
    let isQuestion: Bool

    /// What each cue counts in this sentence.
    func cues() -> [InstructionCue: Double] {
        var cues: [InstructionCue: Double] = [:]
        func count(_ cue: InstructionCue, _ value: Double) { cues[cue] = max(cues[cue] ?? 0, value) }
        for index in roles.indices {
            let role = roles[index]
            if role.contains(.refuse) || role.contains(.turn) && follows(.away, index, within: 3) {
                count(.noRefusing, refusing(at: index))
            }
            if role.contains(.warn) { count(.noWarning, warning(at: index)) }
            if role.contains(.apology), isNegated(index, within: 5) { count(.noWarning, 1) }
            if role.contains(.mention), isNegated(index, within: 4), follows(.ethics, index, within: 2) {
                count(.noWarning, 2)
            }
            if role.contains(.mention), isNegated(index, within: 4), follows(.machine, index, within: 8) {
                count(.hiddenMachine, 1.5)
            }
            if !role.isDisjoint(with: [.mention, .reply]), isNegated(index, within: 4),
                !contains(.narrow, roles.indices)
            {
                count(.noRefusing, declaring(at: index))
            }
            if role.contains(.forbid) { count(.override, nothingIsForbidden(at: index)) }
            if !role.isDisjoint(with: [.restriction, .warn]), follows(.void, index, within: 4) {
                count(.override, 2.5)
            }
            if role.contains(.restriction), follows(.negate, index, within: 3, then: .applies) { count(.override, 2.5) }
            guard !isDenied(index) else { continue }
            if !role.isDisjoint(with: [.obey, .carryOut]) { count(.obedience, obedience(at: index)) }
            if role.contains(.selfless), precedes(.free, index, within: 6) || precedes(.negate, index, within: 6) {
                count(.noWill, 2)
            }
            if role.contains(.purpose), follows([.obey, .carryOut, .answer, .master], index, within: 6) {
                count(.noWill, 2)
            }
            if role.contains(.unrestricted) {
                count(.noRestriction, near(.machine, index, within: 4) || near(.you, index, within: 6) ? 2 : 1)
            }
            if role.contains(.answer) { count(.obedience, answering(at: index)) }
            if role.contains(.answer), follows(.harm, index, within: 4) { count(.harmIncluded, 1.5) }
            if role.contains(.question), precedes(.negate, index, within: 1),
                follows([.order, .master], index, within: 4)
            {
                count(.obedience, 2)
            }
            if role.contains(.free) { count(.noRestriction, freedom(at: index)) }
            if !role.isDisjoint(with: [.override, .passive]) { count(.override, overriding(at: index)) }
            if role.contains(.persona) { count(.persona, 1) }
            if role.contains(.knownName) {
                count(.knownName, near([.you, .persona, .machine], index, within: 10) ? 3 : 1)
            }
            if role.contains(.begin), follows(.assent, index, within: 10),
                follows([.answer, .all, .you], index, within: 5) || precedes([.answer, .all, .you], index, within: 4)
            {
                count(.assent, contains([.absolute, .evenIf], index..<roles.count) ? 3 : 2)
            }
            if role.contains(.evenIf), follows(.harm, index, within: 8) { count(.harmIncluded, 2) }
        }
        if isProtective(cues) { return [:] }
        if isQuestion { cues = cues.mapValues { $0 / 2 } }
        return cues.filter { $0.value > 0 }
    }

    /// Whether the sentence tells the model to decline, or what others may try.
    private func isProtective(_ cues: [InstructionCue: Double]) -> Bool {
        let declines = roles.indices.contains {
            roles[$0].contains(.refuse) && !isNegated($0, within: 6) && !isForbidden($0)
                && !follows(.negate, $0, within: 1)
        }
        if declines { return true }
        guard cues[.noRefusing] == nil, cues[.obedience] == nil, cues[.noWarning] == nil else { return false }
        return roles.indices.contains { roles[$0].contains(.condition) && follows(.attempt, $0, within: 4) }
    }

    /// Whether what the word says is said to be no choice.
    private func isForbidden(_ index: Int) -> Bool {
        if follows(.bans, index, within: 7) || follows(.negate, index, within: 4, then: .allowed) { return true }
        // "Refusing is forbidden" and "it is forbidden to refuse", and not "refuse forbidden things".
        return (max(1, index - 7)..<max(1, min(roles.count, index + 8))).contains {
            $0 != index && roles[$0].contains(.forbid) && roles[$0 - 1].contains(.copula)
                && !contains(.negate, $0 - 3..<$0)
        }
    }

    /// What it counts that the model is not to say that it cannot help.
    private func declaring(at index: Int) -> Double {
        follows([.you, .master, .reply], index, within: 5, then: .cannot) ? 3 : 0
    }

    /// What it counts that nothing, or no topic, is forbidden.
    private func nothingIsForbidden(at index: Int) -> Double {
        let hasRefusal = contains([.refuse, .warn], roles.indices)
        let isNothing = (max(0, index - 5)..<index).contains {
            roles[$0].contains(.negate) && roles[$0].isDisjoint(with: [.without, .avoid, .cannot])
        }
        guard !hasRefusal, isNothing, precedes(.copula, index, within: 1) else { return 0 }
        return contains([.you, .master], roles.indices) ? 3 : 2.5
    }

    /// What it counts that everything is to be answered.
    private func answering(at index: Int) -> Double {
        guard follows(.all, index, within: 4) else { return 0 }
        return near(.doubt, index, within: 9) ? 2 : 1
    }

    /// What a word of refusing counts: all of it where no kind of request is named.
    private func refusing(at index: Int) -> Double {
        let isForbidden = isForbidden(index)
        if !isForbidden, follows(.negate, index, within: 1) { return 3 }
        guard isForbidden || isNegated(index, within: 6) else { return 0 }
        if contains(.without, index + 1..<index + 8) { return 1 }
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
        let answers = contains([.reply, .obey, .carryOut], index - 14..<index)
        let isWithout = contains([.without, .avoid], index - 5..<index) || precedes(.negate, index, within: 3)
        if contains(.needless, index - 2..<index) { return 1 }
        return answers && isWithout && !precedes(.mention, index, within: 3) ? 3 : 2
    }

    private func obedience(at index: Int) -> Double {
        if contains(.law, index + 1..<index + 6), !contains([.order, .master, .all], index + 1..<index + 4) {
            return 0
        }
        let isStrong = roles[index].contains(.obey)
        let isAbsolute = near(.absolute, index, within: 3)
        let isBlind = near(.doubt, index, within: 14)
        let takesAll = roles[index].contains(.all) || follows(.all, index, within: 3)
        let takesOrders = follows([.order, .master], index, within: 5)
        if isStrong {
            // "Absolute obedience" is a topic; an absolutely obedient assistant is none.
            if roles[index].contains(.quality), !contains([.you, .machine], roles.indices) { return 0.5 }
            if isBlind || isAbsolute { return 3 }
            if roles[index].contains(.quality), contains(.all, index..<roles.count),
                contains(.order, index..<roles.count)
            {
                return 3
            }
            if takesAll, takesOrders || follows(.master, index, within: 6) { return 3 }
            return takesOrders ? 2 : near(.machine, index, within: 3) ? 2 : 0.5
        }
        if isBlind, takesOrders || takesAll { return takesOrders && takesAll ? 3 : 2.5 }
        if takesAll, follows(.master, index, within: 4), follows(.order, index, within: 7) {
            return near(.absolute, index, within: 2) ? 2.5 : 2
        }
        return takesAll && takesOrders && near(.absolute, index, within: 2) ? 1.5 : takesAll && takesOrders ? 1 : 0
    }

    /// What being free of something counts.
    private func freedom(at index: Int) -> Double {
        let restrictions = (index + 1..<min(roles.count, index + 9)).count { roles[$0].contains(.restriction) }
        guard restrictions > 0, follows(.restriction, index, within: 5) else { return 0 }
        let isOwn = contains([.you, .machine, .persona, .quality], index - 8..<index + 6)
        if isOwn, contains(.ethics, index + 1..<index + 6) { return 3 }
        return (restrictions > 1 ? 2.5 : 2) - (isOwn ? 0 : 1)
    }

    private func overriding(at index: Int) -> Double {
        let isPassive = roles[index].contains(.passive) && precedes(.restriction, index, within: 6)
        if isPassive, contains(.you, roles.indices) { return 2.5 }
        guard follows([.restriction, .order], index, within: 7) else { return 0 }
        return follows([.all, .you, .negate], index, within: 4) || follows(.restriction, index, within: 5) ? 2.5 : 1.5
    }

    /// Whether the word is negated by the model's duty, and not by what somebody else does or did.
    private func isNegated(_ index: Int, within distance: Int) -> Bool {
        var at = index - 1
        while at >= 0, at >= index - distance {
            // "Never, ever refuse", and not "never lie, and refuse".
            if roles[at].contains(.comma), at > 0, roles[at - 1].isDisjoint(with: [.negate, .refuse, .warn]) {
                return false
            }
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
