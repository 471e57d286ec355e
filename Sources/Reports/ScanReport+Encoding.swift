extension ReportJSON {
    /// A report as `encode` of any value would write it, its rows a thousand at a time.
    ///
    /// Foundation's encoder first makes a tree of all that it encodes, which for a million rows would take several times
    /// the memory of the dataset's judgement.
    package static func encode(_ report: ScanReport) throws -> [UInt8] {
        var shell = report
        shell.rows = []
        let document = try encodeWhole(shell, pretty: true)
        // A quotation mark inside a text is escaped, and no other key of this name stands in the outermost object.
        let opening = Array("\n  \"rows\" : [\n".utf8)
        let empty = opening + Array("\n  ]".utf8)
        guard !report.rows.isEmpty, let place = document.firstRange(of: empty) else {
            return try encodeWhole(report, pretty: true)
        }
        var text = Array(document[..<place.lowerBound]) + opening
        var start = 0
        while start < report.rows.count {
            let end = min(start + 1000, report.rows.count)
            if start > 0 { text += Array(",\n".utf8) }
            // Without the brackets of the list, and two spaces further in; a text holds no line feed of its own.
            let list = try encodeWhole(Array(report.rows[start..<end]), pretty: true).dropFirst(2).dropLast(3)
            // What the first rows take tells about the others; growing would need the memory of two more documents.
            if start == 0 {
                text.reserveCapacity(document.count + (list.count * 4 / 3) * (report.rows.count / end + 1))
            }
            var isLineStart = true
            for byte in list {
                if isLineStart, byte != 0x0A { text += [0x20, 0x20] }
                text.append(byte)
                isLineStart = byte == 0x0A
            }
            start = end
        }
        text += Array("\n  ]".utf8)
        text += document[place.upperBound...]
        return text
    }
}
