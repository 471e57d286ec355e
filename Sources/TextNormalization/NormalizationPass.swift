import Foundation

/// One pass over a text that makes a view of it.
struct NormalizationPass {
    /// The longest run of combining marks that is normalized as one; more of them are a run of their own, as in the
    /// Stream-Safe Text Format of UAX #15, so that no text takes more than linear time.
    private static let maximumSegment = 32

    private let source: UnsafeBufferPointer<UInt8>
    private let isFolding: Bool
    private let table = CharacterTable.shared
    private var output: [UInt8] = []
    private var pieces: [TextView.Piece] = []

    /// Makes a view; `nil` if it would be the text itself.
    ///
    /// - Parameter folding: whether look-alikes become ASCII.
    static func run(_ source: UnsafeBufferPointer<UInt8>, folding: Bool) -> TextView? {
        var pass = NormalizationPass(source: source, isFolding: folding)
        pass.run()
        guard !pass.pieces.isEmpty else { return nil }
        return TextView(kind: folding ? .skeleton : .clean, bytes: pass.output, pieces: pass.pieces)
    }

    private init(source: UnsafeBufferPointer<UInt8>, isFolding: Bool) {
        self.source = source
        self.isFolding = isFolding
        output.reserveCapacity(source.count)
    }

    private mutating func run() {
        var offset = 0
        var segment: [UInt32] = []
        while offset < source.count {
            if source[offset] < 0x80 {
                let end = UTF8Scalars.asciiEnd(from: offset, in: source)
                // The last character may be the base of a mark that follows.
                let kept = end < source.count && extends(UTF8Scalars.scalar(at: end, in: source).value) ? end - 1 : end
                output.append(contentsOf: source[offset..<kept])
                offset = kept
                guard offset < end else { continue }
            }
            let start = offset
            let (first, length) = UTF8Scalars.scalar(at: offset, in: source)
            segment.removeAll(keepingCapacity: true)
            segment.append(first)
            offset += length
            while offset < source.count, segment.count < Self.maximumSegment {
                let (value, length) = UTF8Scalars.scalar(at: offset, in: source)
                guard extends(value) else { break }
                segment.append(value)
                offset += length
            }
            append(segment, start..<offset)
        }
    }

    private func extends(_ value: UInt32) -> Bool {
        guard value >= 0x80 else { return false }
        return switch table.treatment(of: value) {
        case .mark, .composing, .hidden: true
        case .plain, .mapped, .confusable: false
        }
    }

    private mutating func append(_ segment: [UInt32], _ range: Range<Int>) {
        if segment.count == 1 {
            let value = segment[0]
            switch table.treatment(of: value) {
            case .plain, .mark: return output.append(contentsOf: source[range])
            case .hidden: return replace(range, with: [])
            case .confusable where !isFolding: return output.append(contentsOf: source[range])
            case .composing, .confusable, .mapped: return replace(range, with: table.mapping(of: value))
            }
        }
        let visible = segment.filter { $0 < 0x80 || table.treatment(of: $0) != .hidden }
        guard isNormalized(visible) else {
            var text = String.UnicodeScalarView()
            for value in visible { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
            let composed = String(text).precomposedStringWithCompatibilityMapping.unicodeScalars.map(\.value)
            if composed == segment, !isFolding { return output.append(contentsOf: source[range]) }
            return replace(range, with: composed)
        }
        if visible.count == segment.count, !isFolding { return output.append(contentsOf: source[range]) }
        replace(range, with: visible)
    }

    /// The quick check of UAX #15, section 9.
    private func isNormalized(_ scalars: [UInt32]) -> Bool {
        var lastClass: UInt8 = 0
        for value in scalars where value >= 0x80 {
            let treatment = table.treatment(of: value)
            guard treatment != .composing, treatment != .mapped else { return false }
            let ownClass = treatment == .mark ? table.combiningClass(of: value) : 0
            guard ownClass == 0 || ownClass >= lastClass else { return false }
            lastClass = ownClass
        }
        return true
    }

    private mutating func replace(_ range: Range<Int>, with scalars: [UInt32]) {
        let start = output.count
        for value in scalars {
            if isFolding, Confusables.isOverlay(value) { continue }
            if isFolding, value >= 0x80, let ascii = Confusables.ascii(value) {
                output.append(ascii)
            } else {
                UTF8Scalars.append(value, to: &output)
            }
        }
        guard !output[start...].elementsEqual(source[range]) else { return }
        pieces.append(
            TextView.Piece(
                start: start, end: output.count, originalStart: range.lowerBound, originalEnd: range.upperBound))
    }
}
