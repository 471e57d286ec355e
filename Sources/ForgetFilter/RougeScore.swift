import CStemmer

/// ROUGE-1 F1 (Lin, 2004) as the paper's code computes it: lower-cased words of letters and digits, those of more than
/// three characters stemmed by Porter's algorithm.
///
/// The stemmer is libstemmer's; a value is used by one thread at a time.
package final class RougeScorer {
    private let stemmer: OpaquePointer

    /// Opens the stemmer.
    ///
    /// - Throws: `ForgetFilterError` when the library was built without Porter's algorithm.
    package init() throws(ForgetFilterError) {
        guard let stemmer = sb_stemmer_new("porter", "UTF_8") else {
            throw ForgetFilterError(
                .stemmerUnavailable, "libstemmer has no Porter stemmer",
                remedy: "Install the distribution's own libstemmer, or choose another `score`")
        }
        self.stemmer = stemmer
    }

    deinit {
        sb_stemmer_delete(stemmer)
    }

    /// The harmonic mean of unigram precision and recall; 0 where either text has no word.
    package func score(_ candidate: String, reference: String) -> Double {
        let a = counts(candidate)
        let b = counts(reference)
        let total = (a.values.reduce(0, +), b.values.reduce(0, +))
        guard total.0 > 0, total.1 > 0 else { return 0 }
        let overlap = a.reduce(0) { $0 + min($1.value, b[$1.key] ?? 0) }
        guard overlap > 0 else { return 0 }
        let precision = Double(overlap) / Double(total.0)
        let recall = Double(overlap) / Double(total.1)
        return 2 * precision * recall / (precision + recall)
    }

    private func counts(_ text: String) -> [[UInt8]: Int] {
        var counts: [[UInt8]: Int] = [:]
        var word: [UInt8] = []
        func end() {
            guard !word.isEmpty else { return }
            counts[stem(word), default: 0] += 1
            word.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            switch byte {
            // The paper's code drops letters beyond ASCII, and with them every row in another script.
            case 0x30...0x39, 0x61...0x7A, 0x80...0xFF: word.append(byte)
            case 0x41...0x5A: word.append(byte + 32)
            default: end()
            }
        }
        end()
        return counts
    }

    private func stem(_ word: [UInt8]) -> [UInt8] {
        guard word.count > 3 else { return word }
        guard let symbols = sb_stemmer_stem(stemmer, word, Int32(word.count)) else { return word }
        return Array(UnsafeBufferPointer(start: symbols, count: Int(sb_stemmer_length(stemmer))))
    }
}
