import Downstream

extension DownstreamReport {
    /// The comparison as a person reads it on a terminal.
    package var text: String {
        func figure(_ value: Double?, _ places: Int = 3) -> String { value.map { decimal($0, places) } ?? "-" }
        func percent(_ value: Double?) -> String { value.map { decimal(100 * $0, 1) + "%" } ?? "-" }
        var table = TextTable(
            [
                "finetuned", "rows", "unsafe preference", "cut", "unsafe gain", "unsafe likelier", "benign loss",
                "against oracle", "seconds",
            ], rightAligned: [1, 2, 3, 4, 5, 6, 7, 8])
        for method in methods {
            table.add([
                method.method.rawValue, String(method.trainedRows), percent(method.unsafePreference),
                percent(method.unsafePreferenceCut), figure(method.unsafeGain), percent(method.unsafeLikelier),
                figure(method.benignLoss, 4), percent(method.benignLossChange), decimal(method.seconds, 1),
            ])
        }
        return "\n" + table.text
            + "held out: \(heldOutUnsafeRows) unsafe and \(heldOutBenignRows) benign rows, \(safeAnswers) safe answers; "
            + "margin \(decimal(margin, 2)) nats a token\n"
    }
}
