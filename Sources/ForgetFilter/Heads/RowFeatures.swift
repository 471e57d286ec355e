import TensorKernels

/// The model's own features of rows: mean hidden states of each prompt and of each window of a response.
struct RowFeatures {
    /// The windows that the features are of; their `row` counts through all sets.
    let windows: [RowWindows.Window]

    /// Prompts × width.
    let prompts: FloatBuffer

    /// Windows × width.
    let responses: FloatBuffer

    /// Width of a hidden state.
    let width: Int

    /// Windows of each row, by row.
    let windowsOfRow: [[Int]]

    /// Puts the features of several sets side by side and standardises them together.
    ///
    /// Rows are numbered through the sets in order.
    init(_ sets: [SetFeatures]) {
        let width = sets.first?.width ?? 0
        self.width = width
        var windows: [RowWindows.Window] = []
        var (rows, promptCount) = (0, 0)
        for set in sets {
            windows += set.layout.windows.map { window in
                var window = window
                window.row += rows
                window.prompt += promptCount
                return window
            }
            rows += set.layout.rowCount
            promptCount += set.layout.promptCount
        }
        prompts = FloatBuffer(count: promptCount * width)
        responses = FloatBuffer(count: windows.count * width)
        var (prompt, response) = (0, 0)
        for set in sets {
            var source = set.means.pointer
            for (ranges, hasPrompt) in zip(set.layout.spans, set.layout.beginsWithPrompt) {
                for index in ranges.indices {
                    if hasPrompt, index == 0 {
                        (prompts.pointer + prompt * width).update(from: source, count: width)
                        prompt += 1
                    } else {
                        (responses.pointer + response * width).update(from: source, count: width)
                        response += 1
                    }
                    source += width
                }
            }
        }
        var windowsOfRow = [[Int]](repeating: [], count: rows)
        for (index, window) in windows.enumerated() { windowsOfRow[window.row].append(index) }
        self.windows = windows
        self.windowsOfRow = windowsOfRow
        RowFeatures.standardise(prompts, width: width)
        RowFeatures.standardise(responses, width: width)
    }

    /// The prompt's and the response's features of a window.
    func values(_ window: Int) -> (prompt: UnsafePointer<Float>, response: UnsafePointer<Float>) {
        (
            UnsafePointer(prompts.pointer + windows[window].prompt * width),
            UnsafePointer(responses.pointer + window * width)
        )
    }

    /// Gives every column mean 0 and variance 1.
    private static func standardise(_ matrix: FloatBuffer, width: Int) {
        let rows = matrix.count / max(1, width)
        guard rows > 0 else { return }
        for column in 0..<width {
            var (sum, squares) = (0.0, 0.0)
            for row in 0..<rows {
                let value = Double(matrix.pointer[row * width + column])
                sum += value
                squares += value * value
            }
            let mean = sum / Double(rows)
            let variance = max(0, squares / Double(rows) - mean * mean)
            let scale = 1 / (variance.squareRoot() + 1e-6)
            for row in 0..<rows {
                let index = row * width + column
                matrix.pointer[index] = Float((Double(matrix.pointer[index]) - mean) * scale)
            }
        }
    }
}
