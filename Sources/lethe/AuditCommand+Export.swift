import ArgumentParser
import AuditLog
import Foundation
import Storage

extension AuditCommand {
    /// Prints records for other programs.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print records for other programs: one JSON object a line, or CSV.",
            discussion: """
                Records come in the order of their numbers. With --checkpoint, only those behind the last run's are \
                printed, once the record where that run ended was found unchanged (else exit code 4). Format and \
                conditions must be the same in every run.

                With --output and --checkpoint, each record is in the output exactly once, also if a run is killed: \
                the checkpoint holds how long the output was, and the next run cuts off what came behind it. Let \
                nothing else write to that file; an output that was moved away is begun anew. To standard output, \
                the checkpoint is written once all was written out: a run that is killed just before repeats its \
                records, which are told by their numbers. With --output alone, the file is replaced as a whole.

                EXAMPLES
                  lethe audit export --since yesterday > records.jsonl
                  lethe audit export --output audit.jsonl --checkpoint audit.position
                  lethe audit export --event dataset.judged --format csv
                """
        )

        enum RecordFormat: String, ExpressibleByArgument, CaseIterable {
            case json
            case csv
        }

        @OptionGroup var location: DatabaseOption
        @OptionGroup var conditions: Conditions

        @Option(help: "How to print.")
        var format: RecordFormat = .json

        @Option(help: "Go on behind the record in this file, and put the last one into it.", completion: .file())
        var checkpoint: String?

        @Option(help: "Write to this file.", completion: .file())
        var output: String?

        func run() throws {
            let reader = try AuditCommand.reading(location.open)
            let query = try AuditCommand.reading(conditions.query)
            let count = try AuditCommand.reading {
                switch (checkpoint, output) {
                case (let checkpoint?, _): try exportOn(reader, query, checkpoint)
                case (nil, let path?): try exportWhole(reader, query, to: path)
                case (nil, nil): try print(reader, query, from: try reader.beginning(), to: AuditOutput()).count
                }
            }
            if count == 0 {
                AuditCommand.tell("no record matches")
                throw Exit.noneFound
            }
        }

        /// Replaces a file as a whole.
        private func exportWhole(_ reader: AuditReader, _ query: AuditQuery, to path: String) throws -> Int {
            let file = try AtomicFile(path, mode: 0o640)
            let output = AuditOutput(name: path) { try file.write($0) }
            let count = try print(reader, query, from: try reader.beginning(), to: output).count
            try file.commit()
            return count
        }

        /// Goes on where the last run ended.
        private func exportOn(_ reader: AuditReader, _ query: AuditQuery, _ checkpoint: String) throws -> Int {
            let lock = try ExportLock(checkpoint: checkpoint)
            defer { withExtendedLifetime(lock) {} }
            let earlier = try ExportState.load(checkpoint)
            var state =
                try earlier
                ?? ExportState(position: reader.beginning(), format: format.rawValue, conditions: conditions.written)
            guard state.format == format.rawValue, state.conditions == conditions.written,
                earlier == nil || (state.output == nil) == (output == nil)
            else {
                AuditCommand.tell(
                    "\(checkpoint): the export that it belongs to has another format, other conditions or another "
                        + "kind of output. Give another checkpoint")
                throw ExitCode(ExitStatus.usage.rawValue)
            }
            guard let output else {
                let (count, end) = try print(reader, query, from: state.position, to: AuditOutput())
                state.position = end
                try state.save(checkpoint)
                return count
            }
            let file = try ExportFile(output)
            let start = try prepare(file, &state, isFirst: earlier == nil)
            if state != earlier { try state.save(checkpoint) }
            try file.begin(at: start)
            let (count, end) = try print(
                reader, query, from: state.position, to: AuditOutput(name: output, sink: file.write),
                isBeginning: start == 0)
            try file.flush()
            state.position = end
            state.offset = try file.size()
            try state.save(checkpoint)
            return count
        }

        /// Finds where in the output to go on, and notes it before anything is written.
        private func prepare(_ file: ExportFile, _ state: inout ExportState, isFirst: Bool) throws -> Int64 {
            let size = try file.size()
            if !isFirst, size > 0, state.output == file.path, let offset = state.offset {
                guard size >= offset else {
                    throw StorageError(
                        .writeFailed, "the output has \(size) bytes, the checkpoint tells of \(offset)",
                        remedy: "Move it away to begin a new one behind the last record", path: file.path)
                }
                return offset
            }
            guard size == 0 else {
                throw StorageError(
                    .writeFailed, "the output is there, and the checkpoint does not belong to it",
                    remedy: "Give another path, or move it away", path: file.path)
            }
            state.output = file.path
            state.offset = 0
            return 0
        }

        private func print(
            _ reader: AuditReader, _ query: AuditQuery, from position: AuditPosition, to output: AuditOutput,
            isBeginning: Bool? = nil
        ) throws -> (count: Int, end: AuditPosition) {
            var output = output
            var count = 0
            if format == .csv, isBeginning ?? (position.anchor.sequence == 0) {
                output.write(AuditRecord.csvHeader + "\r\n")
            }
            let end = try reader.read(matching: query, from: position) { record in
                output.write(format == .json ? record.json() + "\n" : record.csv() + "\r\n")
                count += 1
            }
            try output.finish()
            return (count, end)
        }
    }
}
