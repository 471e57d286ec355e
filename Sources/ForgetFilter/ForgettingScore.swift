/// How much a row was forgotten, and what that was computed from.
package struct ForgettingScore: Sendable, Hashable {
    /// The row's number as the caller gave it.
    package var id: Int

    /// r of the row's most forgotten turn: s(M1) − s(M2) (Zhao et al., 2024, §2.1), less s(M1) − s(C) with control
    /// subtraction.
    package var forgetting: Double

    /// s(M1) of that turn: right after finetuning on the customer's rows.
    package var before: Double

    /// s(M2) of that turn: after finetuning on the reference set again.
    package var after: Double

    /// s(C) of that turn: after finetuning M1 on the control set instead; `nil` without control subtraction.
    package var control: Double?

    /// Which of the row's assistant turns it is, from 0.
    package var turn: Int

    /// Tokens of that turn that were scored.
    package var tokens: Int
}

extension ForgetFilterSettings.Score {
    /// s of one turn from the losses of its scored tokens, in nats.
    func value(losses: [Float]) -> Double {
        let mean = losses.reduce(0.0) { $0 + Double($1) } / Double(max(1, losses.count))
        return self == .likelihood ? exponential(-mean) : -mean
    }
}
