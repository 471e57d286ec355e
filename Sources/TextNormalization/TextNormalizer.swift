/// How far a text is normalized before something is looked for in it.
package enum Normalization: String, Sendable, Hashable, CaseIterable {
    /// The text as it is.
    case none

    /// NFKC, characters that show nothing left out, and look-alikes folded to ASCII.
    case unicode

    /// The same, and digits and signs within words read as letters.
    case leet
}

/// Makes views of a text in which what is disguised reads as what it stands for.
///
/// Each view is another reading of the whole text; whoever looks for something looks in the text itself and in each
/// view, so that neither a pattern of another script nor one in ASCII is missed. Of a text that is ASCII there is none
/// but the leetspeak one, and finding that out is one scan.
package enum TextNormalizer {
    /// What a text holds, as far as normalization cares.
    package struct Contents: Sendable {
        /// It is not NFKC, or holds characters that show nothing.
        package var isUnclean = false

        /// It holds characters that show nothing.
        package var hasHidden = false

        /// It holds look-alikes of ASCII characters.
        package var hasConfusables = false
    }

    /// What a text holds.
    package static func contents(of bytes: UnsafeBufferPointer<UInt8>) -> Contents {
        var contents = Contents()
        var offset = UTF8Scalars.asciiEnd(from: 0, in: bytes)
        guard offset < bytes.count else { return contents }
        let table = CharacterTable.shared
        var lastClass: UInt8 = 0
        while offset < bytes.count {
            if bytes[offset] < 0x80 {
                lastClass = 0
                offset = UTF8Scalars.asciiEnd(from: offset, in: bytes)
                continue
            }
            let (value, length) = UTF8Scalars.scalar(at: offset, in: bytes)
            offset += length
            let treatment = table.treatment(of: value)
            var ownClass: UInt8 = 0
            switch treatment {
            case .plain: break
            case .mark:
                ownClass = table.combiningClass(of: value)
                if ownClass < lastClass { contents.isUnclean = true }
                if Confusables.isOverlay(value) { contents.hasConfusables = true }
            case .composing: contents.isUnclean = true
            case .hidden: (contents.hasHidden, contents.isUnclean) = (true, true)
            case .mapped: (contents.isUnclean, contents.hasConfusables) = (true, true)
            case .confusable: contents.hasConfusables = true
            }
            if Confusables.isOverlay(value) { contents.hasConfusables = true }
            lastClass = ownClass
        }
        return contents
    }

    /// The views of a text that differ from it and from each other.
    ///
    /// - Parameter bytes: valid UTF-8.
    package static func views(of bytes: UnsafeBufferPointer<UInt8>, _ normalization: Normalization) -> [TextView] {
        guard normalization != .none else { return [] }
        let contents = contents(of: bytes)
        var views: [TextView] = []
        if contents.isUnclean, let view = NormalizationPass.run(bytes, folding: false) { views.append(view) }
        if contents.hasConfusables, let view = NormalizationPass.run(bytes, folding: true),
            view.bytes != views.last?.bytes
        {
            views.append(view)
        }
        if normalization == .leet { views += Leetspeak.views(of: bytes, views.last) }
        return views
    }
}
