import Foundation
package import Storage

/// A file that lies in the inbox.
package struct InboxFile: Sendable, Hashable {
    /// Its path.
    package var path: String

    /// The folder directly under the inbox that it lies in; `nil` for a file outside any.
    package var customer: String?

    /// Its path below the customer's folder.
    package var name: String

    /// What lstat(2) tells of it.
    package var status: FileStatus

    /// Whether its name is UTF-8; another one is told with replacement characters, and its path means nothing.
    package var isNameText = true

    /// Describes a file.
    package init(path: String, customer: String?, name: String, status: FileStatus) {
        self.path = path
        self.customer = customer
        self.name = name
        self.status = status
    }

    /// Whether a name means that its writer has not finished, or that nobody should see it.
    package static func isIgnored(_ name: String) -> Bool {
        let lower = name.lowercased()
        return name.hasPrefix(".") || lower.hasSuffix(".part") || lower.hasSuffix(".tmp") || name.hasSuffix("~")
    }

    /// Whether a customer's name can stand in paths, records and tables.
    package static func isCustomer(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128 && !name.hasPrefix(".")
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    ? scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_.@+".unicodeScalars
                            .contains(scalar)
                    : scalar.properties.isAlphabetic
            }
    }
}

/// Why a file of the inbox is not taken.
package enum Refusal: String, Sendable, Hashable {
    case symbolicLink = "symbolic-link"
    case notRegular = "not-a-regular-file"
    case tooLarge = "too-large"
    case noCustomer = "no-customer"
    case badCustomer = "bad-customer-name"
    case tooDeep = "too-deep"
    case unreadable
    case badName = "name-not-utf-8"

    /// The reason in words.
    package var reason: String {
        switch self {
        case .symbolicLink: "it is a symbolic link"
        case .notRegular: "it is not a regular file"
        case .tooLarge: "it is larger than the configuration allows"
        case .noCustomer: "it lies in no customer's folder"
        case .badCustomer: "its folder's name cannot be a customer's"
        case .tooDeep: "its folder lies too deep"
        case .unreadable: "lethed may not read it"
        case .badName: "its name is not UTF-8"
        }
    }
}

extension InboxFile {
    /// Why the file is not taken; `nil` where it may be.
    package func refusal(maximumBytes: Int) -> Refusal? {
        if !isNameText { return .badName }
        if status.kind == .symbolicLink { return .symbolicLink }
        if status.kind == .folder { return .tooDeep }
        if status.kind != .regular { return .notRegular }
        guard let customer else { return .noCustomer }
        if !InboxFile.isCustomer(customer) { return .badCustomer }
        if status.bytes > maximumBytes { return .tooLarge }
        return access(path, R_OK) == 0 || errno == ENOENT ? nil : .unreadable
    }
}
