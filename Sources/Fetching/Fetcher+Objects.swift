import FetchSpool
import Foundation
import Logging
import Moderation

extension Fetcher {
    /// The most transfers of one source that wait at a time; the others come with its next look.
    static let maximumObjectJobs = 1000

    /// Makes transfers of what is new in a store's folder.
    func endListing(
        _ id: String, _ outcome: Result<[ObjectListing.Entry], FetchError>
    ) throws(FetchSpoolError) {
        guard var state = memory.states[id], let source = settings.sources.first(where: { $0.id == id }),
            case .objects(let store) = source.target
        else { return }
        switch outcome {
        case .failure(let error) where error.code == .cancelled: return
        case .failure(let error):
            pass.failed += 1
            logger.warning(
                "a source cannot be listed",
                metadata: ["source": "\(id)", "error": "\(error.detail): \(error.message)"])
            try look(again: id, &state, error: error.detail)
        case .success(let entries):
            // What is gone is forgotten, so that it counts as new when it comes again.
            let marks = entries.map { SourceState.mark(key: $0.key, tag: $0.tag) }
            state.objects.formIntersection(marks)
            let waiting = Set(memory.jobs.values.filter { $0.source == id }.compactMap(\.key))
            var count = waiting.count
            var jobs: [FetchJob] = []
            for (entry, mark) in zip(entries, marks)
            where !state.objects.contains(mark) && !waiting.contains(entry.key) && count < Fetcher.maximumObjectJobs {
                var job = makeJob(
                    source, url: store.objectURL(entry.key),
                    name: DatasetName.of(path: entry.key, format: source.format))
                (job.key, job.listedTag) = (entry.key, entry.tag)
                count += 1
                jobs.append(job)
            }
            if jobs.isEmpty, waiting.isEmpty { pass.unchanged += 1 }
            for job in jobs {
                try memory.keep(job)
                try tell(job, .waiting)
            }
            // A failure of an object stands until the object is fetched, or is gone.
            let isClean = jobs.isEmpty && waiting.isEmpty
            try look(again: id, &state, error: isClean ? nil : state.error)
        }
    }
}
