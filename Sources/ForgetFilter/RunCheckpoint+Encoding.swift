import Foundation
import LanguageModels

extension RunCheckpoint {
    /// What stands in front of the arrays.
    private struct Header: Codable {
        var fingerprint: String
        var stage: Stage
        var reports: [StageReport]
        var step: Int
        var parameterCount: Int
        var learntCount: Int
        var lossCount: Int
        var beforeCount: Int?
        var afterCount: Int?
    }

    private static let magic = Array("LETHE-RUN-1\n".utf8)

    /// The checkpoint as bytes: a magic line, the header's length, the header, and the arrays.
    ///
    /// - Parameter fingerprint: names all that the run rests on, so that no other run goes on from it.
    package func encoded(fingerprint: String) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let header = try encoder.encode(
            Header(
                fingerprint: fingerprint, stage: stage, reports: known.reports, step: state.step,
                parameterCount: state.parameters.count,
                learntCount: known.learnt?.count ?? 0, lossCount: losses.count, beforeCount: known.before?.count,
                afterCount: known.after?.count))
        var bytes = RunCheckpoint.magic
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
        bytes += header
        for array in [state.parameters, state.firstMoments, state.secondMoments, known.learnt ?? []] {
            array.withUnsafeBytes { bytes += $0 }
        }
        for array in [losses, known.before ?? [], known.after ?? []] { array.withUnsafeBytes { bytes += $0 } }
        return bytes
    }

    /// Reads a checkpoint of a run with a fingerprint; `nil` for anything else.
    package init?(_ bytes: [UInt8], fingerprint: String) {
        let start = RunCheckpoint.magic.count + 8
        guard bytes.starts(with: RunCheckpoint.magic), bytes.count >= start else { return nil }
        let length = bytes[RunCheckpoint.magic.count..<start].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(bytes.count - start) else { return nil }
        let end = start + Int(length)
        guard let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[start..<end])),
            header.fingerprint == fingerprint
        else { return nil }
        let floats = [header.parameterCount, header.parameterCount, header.parameterCount, header.learntCount]
        let doubles = [header.lossCount, header.beforeCount ?? 0, header.afterCount ?? 0]
        let limit = 1 << 40
        guard (floats + doubles + [header.step]).allSatisfy({ (0..<limit).contains($0) }),
            floats.reduce(0, +) * 4 + doubles.reduce(0, +) * 8 == bytes.count - end
        else { return nil }
        var offset = end
        func take<T: BitwiseCopyable>(_ count: Int, zero: T) -> [T] {
            var array = [T](repeating: zero, count: count)
            let size = count * MemoryLayout<T>.stride
            array.withUnsafeMutableBytes { $0.copyBytes(from: bytes[offset..<offset + size]) }
            offset += size
            return array
        }
        let arrays = floats.map { take($0, zero: Float(0)) }
        let lists = doubles.map { take($0, zero: Double(0)) }
        self.init(
            stage: header.stage,
            state: TrainingState(
                step: header.step, parameters: arrays[0], firstMoments: arrays[1], secondMoments: arrays[2]),
            losses: lists[0],
            known: Known(
                reports: header.reports, learnt: header.learntCount > 0 ? arrays[3] : nil,
                before: header.beforeCount.map { _ in lists[1] },
                after: header.afterCount.map { _ in lists[2] }))
    }
}
