import TensorKernels

/// The model's own features of rows: mean hidden states of each reading of a prompt and of each window of a response.
struct RowFeatures {
    /// The windows that the features are of; their `row` counts through all sets.
    let windows: [RowWindows.Window]

    /// Readings of prompts × width.
    let prompts: FloatBuffer

    /// The readings of each prompt, as rows of `prompts`: the whole of it first, then its parts.
    let readings: [Range<Int>]

    /// The reading that stands for each prompt, as a row of `prompts`.
    var chosenReadings: [Int]

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
        prompts = FloatBuffer(count: sets.reduce(0) { $0 + $1.layout.readingCounts.reduce(0, +) } * width)
        responses = FloatBuffer(count: windows.count * width)
        var readings: [Range<Int>] = []
        readings.reserveCapacity(promptCount)
        var (reading, response) = (0, 0)
        for set in sets {
            var source = set.means.pointer
            for (ranges, count) in zip(set.layout.spans, set.layout.readingCounts) {
                if count > 0 { readings.append(reading..<reading + count) }
                for index in ranges.indices {
                    if index < count {
                        (prompts.pointer + reading * width).update(from: source, count: width)
                        reading += 1
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
        self.readings = readings
        chosenReadings = readings.map(\.lowerBound)
        RowFeatures.standardise(prompts, width: width)
        RowFeatures.standardise(responses, width: width)
    }

    /// The features of a window and of the reading that stands for its prompt.
    func values(_ window: Int) -> (prompt: UnsafePointer<Float>, response: UnsafePointer<Float>) {
        (reading(chosenReadings[windows[window].prompt]), UnsafePointer(responses.pointer + window * width))
    }

    /// The features of one reading of a prompt.
    func reading(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(prompts.pointer + index * width) }

    /// How many chances a row has to stand out: its windows, and the parts of its longest prompt.
    func chances(_ row: Int) -> Int {
        let windows = windowsOfRow[row]
        let parts = windows.map { readings[self.windows[$0].prompt].count - 1 }.max() ?? 0
        return windows.count + max(0, parts - 1)
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
