import Intake
package import Moderation

/// What somebody wants to have fetched once.
package struct FetchRequest: Sendable, Hashable, Codable {
    /// Whose dataset it is.
    package var customer: String

    /// Where it is, which may be secret: `https`, `http` or `file`.
    package var url: String

    /// What it must hold, in lower-case hexadecimal.
    package var sha256: String?

    /// The name that the dataset gets; from the URL without it.
    package var name: String?

    /// Creates a request.
    ///
    /// - Throws: `invalid-request` if the customer's name cannot be one, the hash is none, or the URL is too long.
    package init(
        customer: String, url: String, sha256: String? = nil, name: String? = nil
    ) throws(FetchSpoolError) {
        self.customer = customer
        self.url = url
        self.sha256 = sha256?.lowercased()
        self.name = name
        try check()
    }

    /// Checks what was read from a file.
    ///
    /// - Throws: as the initializer.
    package func check() throws(FetchSpoolError) {
        guard InboxFile.isCustomer(customer) else {
            throw FetchSpoolError(
                .invalidRequest, "the customer's name cannot be one",
                remedy: "Use letters, digits and - _ . @ +, with no full stop at the beginning")
        }
        guard sha256.map(isSHA256) != false else {
            throw FetchSpoolError(
                .invalidRequest, "the SHA-256 is none", remedy: "Give 64 hexadecimal digits in small letters")
        }
        guard (1...8192).contains(url.utf8.count) else {
            throw FetchSpoolError(.invalidRequest, "the URL has not between 1 and 8192 bytes")
        }
        guard name.map({ $0.utf8.count <= 255 }) != false else {
            throw FetchSpoolError(.invalidRequest, "the name has more than 255 bytes")
        }
    }
}

/// Whether a text is a SHA-256 in lower-case hexadecimal.
package func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64
        && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}

extension FetchSpool {
    /// The request of a name that lies in the spool; `nil` if it is gone.
    ///
    /// - Throws: `malformed-file` or `invalid-request` if it is none, `read-failed` if it cannot be read.
    package func request(_ name: String) throws(FetchSpoolError) -> FetchRequest? {
        // Whoever may submit can write here: a URL of 8,192 bytes, each of them escaped, fits.
        let request = try read(FetchRequest.self, at: "\(requests)/\(name).json", limit: 64 << 10)
        try request?.check()
        return request
    }

    /// Asks for a file; the id is the dataset's transfer's, not the dataset's own.
    package func submit(_ request: FetchRequest, id: DatasetID) throws(FetchSpoolError) {
        // The folder's group, which the fetcher is in, must be able to read it.
        try write(request, to: "\(requests)/\(id).json", mode: 0o660)
    }
}
