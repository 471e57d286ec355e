import Foundation

extension Folder {
    /// What lies in a folder under a name.
    package struct Entry: Sendable, Hashable {
        /// The name; where it is not UTF-8, with replacement characters.
        package var name: String

        /// Whether the name is UTF-8, so that a path with it means the entry.
        package var isText: Bool

        /// What lstat(2) tells of it.
        package var status: FileStatus
    }

    /// Everything in a folder, by name; what vanishes meanwhile is left out.
    ///
    /// Names are read as bytes: one that is not UTF-8 is an entry too, and nothing may be passed over in silence.
    package static func entries(_ path: String) throws(StorageError) -> [Entry] {
        guard let folder = opendir(path) else {
            throw StorageError(errno: errno, "list the folder", path: path, fallback: .readFailed)
        }
        defer { closedir(folder) }
        var entries: [Entry] = []
        errno = 0
        while let entry = readdir(folder) {
            // A name has at most 255 bytes, and a NUL behind them (readdir(3)).
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            var information = stat()
            let isThere = (bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { name in
                fstatat(dirfd(folder), name.baseAddress!, &information, AT_SYMLINK_NOFOLLOW) == 0
            }
            if bytes != Array(".".utf8), bytes != Array("..".utf8), isThere {
                let text = String(validating: bytes, as: UTF8.self)
                entries.append(
                    Entry(
                        name: text ?? String(decoding: bytes, as: UTF8.self), isText: text != nil,
                        status: FileStatus(information)))
            }
            errno = 0
        }
        guard errno == 0 else {
            throw StorageError(errno: errno, "list the folder", path: path, fallback: .readFailed)
        }
        return entries.sorted { $0.name < $1.name }
    }
}
