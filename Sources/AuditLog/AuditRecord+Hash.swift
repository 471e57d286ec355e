extension AuditRecord {
    /// Whether the record's fields give the hash that stands in it.
    ///
    /// This shows a change of one record; what is missing or inserted shows in a check of the whole chain only.
    package var isIntact: Bool {
        var fields = RecordHash.record()
        fields.append(sequence)
        for text in [time, actor, event, subject, dataset, customer, rule, verdict, disposition] {
            fields.append(text)
        }
        if let line { fields.append(line) } else { fields.appendNone() }
        fields.append(body)
        fields.append(bytes: Self.bytes(previousHash))
        return fields.finish().hexadecimal == hash
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
