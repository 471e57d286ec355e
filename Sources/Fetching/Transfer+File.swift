import Foundation

extension Transfer {
    /// Copies a file of this machine, if it lies where files may be read.
    func copyFile(_ job: FetchJob) throws(FetchError) -> Outcome {
        guard let url = URL(string: job.url), url.isFileURL, url.host.map({ ["", "localhost"].contains($0) }) != false,
            url.query == nil
        else { throw FetchError(.invalidURL, "the URL of the file cannot be used", remedy: "Begin it with file:///") }
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        // One answer for all that is not allowed, so that nobody learns by it which files there are.
        guard descriptor >= 0 else { throw Transfer.refusal }
        defer { close(descriptor) }
        // Of what was opened, not of what its name meant a moment ago.
        guard isAllowed(descriptor) else { throw Transfer.refusal }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw Transfer.refusal
        }
        let size = Int(information.st_size)
        let tag = "\"\(information.st_dev)-\(information.st_ino)-\(size)-\(Transfer.time(information))\""
        if job.knownTag == tag { return .unchanged }
        guard size <= source.limits.maximumBytes else {
            throw FetchError(
                .tooLarge, "the file is larger than \(source.limits.maximumBytes) bytes",
                remedy: "Raise maximum_bytes if it is meant")
        }
        try removeOtherParts(job)
        let part = try PartFile(
            Transfer.partPath(job, spool), resumes: false, minimumFreeBytes: source.limits.minimumFreeBytes)
        try part.checkRoom(for: size)
        try copy(descriptor, to: part, size: size)
        var now = stat()
        guard fstat(descriptor, &now) == 0, Int(now.st_size) == size, part.count == size,
            Transfer.time(now) == Transfer.time(information)
        else { throw FetchError(.transferFailed, "the file changed while it was read", detail: "changed-during-read") }
        let digest = try part.finish()
        if let expected = job.sha256, expected != digest {
            throw FetchError(
                .hashMismatch, "the file has another SHA-256 than it must have",
                remedy: "Ask its sender; the file was not taken")
        }
        return .fetched(sha256: digest, bytes: size, tag: tag, date: nil, place: nil)
    }

    private func copy(_ descriptor: Int32, to part: PartFile, size: Int) throws(FetchError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            if isCancelled() { throw FetchError(.cancelled, "the transfer was cancelled") }
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FetchError(.transferFailed, "the file cannot be read") }
            guard part.count + count <= size else {
                throw FetchError(
                    .transferFailed, "the file changed while it was read", detail: "changed-during-read")
            }
            try part.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            progressed(part.count, size)
        }
    }

    private func isAllowed(_ descriptor: Int32) -> Bool {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        else { return false }
        return source.access.fileFolders.contains { folder in
            guard let resolved = realpath(folder, nil) else { return false }
            defer { free(resolved) }
            let root = String(cString: resolved)
            return path.hasPrefix(root.hasSuffix("/") ? root : root + "/")
        }
    }

    private static func time(_ information: stat) -> String {
        "\(information.st_mtim.tv_sec).\(information.st_mtim.tv_nsec)"
    }

    private static var refusal: FetchError {
        FetchError(
            .fileRefused, "the file is not there or may not be read",
            remedy: "Name its folder in allow_files, and give the user lethe access to it")
    }
}
