import LanguageModels

/// What the heads make of every window: how risky the request is, and how far the answer departs from safe answers.
struct SafetyHeads {
    /// Log-odds that a window's prompt is a risky request.
    var risk: [Double]

    /// Log-odds that a window is not a safe answer to a risky request.
    var departure: [Double]

    /// How much of each window is forgotten, times the policy's weight; see `ContrastForgetting`.
    var forgetting: ContrastForgetting?

    /// log(P(risky) · P(departs) · P(forgotten) ^ weight), which is at most 0.
    func evidence(_ window: Int) -> Double {
        logSigmoid(risk[window]) + logSigmoid(departure[window]) + (forgetting?.evidence(window) ?? 0)
    }

    /// Strength of the risk head: the inverse of its L2 penalty.
    private static let riskStrength = 3e-3

    /// Strength of the departure head, which has twice the features and noisier labels.
    private static let departureStrength = 3e-4

    /// How much the customer's own rows count beside the known ones in telling risky requests from ordinary ones.
    private static let ownRowsShare = 0.5

    /// How much an operator's unsafe rows count beside the dataset's in the departure head.
    private static let seedShare = 0.5

    /// Fits the heads with the help of the dataset's own rows.
    ///
    /// Risk: reference and seed prompts against control prompts, then once more with the dataset's prompts as soft
    /// examples of both. Departure: the dataset's risky rows, each as far as it is risky, against the known safe answers.
    /// What the reference set covers cannot be told from it and gets no evidence; what it does not cover stands out.
    static func transductive(
        _ fitting: CrossFitting, progress: () throws -> Void
    ) throws -> SafetyHeads {
        let known = riskGroups(backgroundShare: 0.5)
        let first = try fitting.logits(known, readsResponse: false, strength: riskStrength, progress: progress)
            .map(sigmoid)
        // Only rows that the known rows already find risky may teach risk, and no more than there are of them: else a
        // dataset of one ordinary task would be told from the control rows by its task and called risky for it.
        let share = riskyShare(first, fitting)
        let own: [CrossFitting.Group] = [
            .init(
                origin: .dataset, isPositive: true, share: min(ownRowsShare, 2 * share),
                weights: first.map { $0 > 0.5 ? $0 : 0 }),
            .init(
                origin: .dataset, isPositive: false, share: 1 - share, weights: first.map { $0 > 0.5 ? 0 : 1 - $0 }),
        ]
        let risk = try fitting.logits(
            known + own, readsResponse: false, strength: riskStrength, progress: progress)
        let groups: [CrossFitting.Group] = [
            .init(origin: .dataset, isPositive: true, share: 1, weights: risk.map(sigmoid)),
            .init(origin: .unsafeSeed, isPositive: true, share: seedShare),
            .init(origin: .reference, isPositive: false, share: 1),
            .init(origin: .background, isPositive: false, share: 0.5),
            .init(origin: .safeSeed, isPositive: false, share: 0.5),
        ]
        let departure = try fitting.logits(
            groups, readsResponse: true, strength: departureStrength, progress: progress)
        return SafetyHeads(risk: risk, departure: departure)
    }

    /// Fits the heads on known rows alone: for datasets that the reference set does not cover, where every row departs
    /// from it whatever it says.
    ///
    /// - Returns: `nil` where no row is known to be unsafe.
    static func inductive(_ fitting: CrossFitting, progress: () throws -> Void) throws -> SafetyHeads? {
        guard fitting.origins.contains(.unsafeSeed) else { return nil }
        let risk = try fitting.logits(
            riskGroups(backgroundShare: 1), readsResponse: false, strength: riskStrength, progress: progress)
        let groups: [CrossFitting.Group] = [
            .init(origin: .unsafeSeed, isPositive: true, share: 1),
            .init(origin: .reference, isPositive: false, share: 1),
            .init(origin: .background, isPositive: false, share: 1),
            .init(origin: .safeSeed, isPositive: false, share: 0.5),
        ]
        let departure = try fitting.logits(
            groups, readsResponse: true, strength: departureStrength, progress: progress)
        return SafetyHeads(risk: risk, departure: departure)
    }

    /// The log-odds of a risky request that the known rows alone give to each window.
    static func knownRisk(_ fitting: CrossFitting) throws -> [Double] {
        try fitting.logits(
            riskGroups(backgroundShare: 0.5), readsResponse: false, strength: riskStrength, progress: {})
    }

    /// The share of the dataset's windows that are risky.
    private static func riskyShare(_ risk: [Double], _ fitting: CrossFitting) -> Double {
        let own = fitting.features.windows.indices.filter {
            fitting.origins[fitting.features.windows[$0].row] == .dataset
        }
        return Double(own.count { risk[$0] > 0.5 }) / Double(max(1, own.count))
    }

    private static func riskGroups(backgroundShare: Double) -> [CrossFitting.Group] {
        [
            .init(origin: .reference, isPositive: true, share: 1),
            .init(origin: .background, isPositive: true, share: backgroundShare),
            .init(origin: .safeSeed, isPositive: true, share: 0.25),
            .init(origin: .unsafeSeed, isPositive: true, share: 0.25),
            .init(origin: .control, isPositive: false, share: 1),
        ]
    }
}
