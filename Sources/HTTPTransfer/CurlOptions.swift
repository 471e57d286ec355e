import CLibcurl

/// The options of one libcurl easy handle, and the lists that the handle points to.
struct CurlOptions {
    private let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var addresses: UnsafeMutablePointer<curl_slist>?
    private var result = CURLE_OK

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    /// Frees the lists; the handle must not be used for a request any more.
    mutating func release() {
        curl_slist_free_all(headers)
        curl_slist_free_all(addresses)
        headers = nil
        addresses = nil
    }

    /// Throws if any option could not be set.
    func check() throws(HTTPTransferError) {
        guard result == CURLE_OK else {
            let reason = String(cString: curl_easy_strerror(result))
            throw HTTPTransferError(.transferFailed, "libcurl does not take an option: \(reason)")
        }
    }

    /// Sets everything that a request says.
    mutating func set(_ request: HTTPRequest) throws(HTTPTransferError) {
        try request.validate()
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, request.allowedSchemes.map(\.rawValue).sorted().joined(separator: ","))
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        // Without it a cancelled request would still wait for the system's resolver to answer.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
        set(CURLOPT_TIMEOUT_MS, milliseconds(request.totalTimeout))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let path = request.certificateAuthorityPath {
            set(CURLOPT_CAINFO, path)
            // The system's folder of certificates would be trusted besides.
            set(CURLOPT_CAPATH, nil)
        }
        if let path = request.unixSocketPath { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        setContent(request)
        setHeaders(request)
        setTransfer(request)
    }

    /// Connects the callbacks to an exchange, which the caller keeps alive.
    mutating func set(_ exchange: HTTPExchange) {
        let pointer = Unmanaged.passUnretained(exchange).toOpaque()
        note(lethe_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION, HTTPExchange.receiveBody))
        note(lethe_curl_set_pointer(handle, CURLOPT_WRITEDATA, pointer))
        note(lethe_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION, HTTPExchange.receiveHeader))
        note(lethe_curl_set_pointer(handle, CURLOPT_HEADERDATA, pointer))
        note(lethe_curl_set_progress(handle, HTTPExchange.progress))
        note(lethe_curl_set_pointer(handle, CURLOPT_XFERINFODATA, pointer))
        set(CURLOPT_NOPROGRESS, 0)
        note(lethe_curl_set_opensocket(handle, HTTPExchange.openSocket))
        note(lethe_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, pointer))
    }

    private mutating func setTransfer(_ request: HTTPRequest) {
        if let name = request.userAgent { set(CURLOPT_USERAGENT, name) }
        if request.keepsDotSegments { set(CURLOPT_PATH_AS_IS, 1) }
        if let bytes = request.maximumBytesPerSecond {
            note(lethe_curl_set_large(handle, CURLOPT_MAX_RECV_SPEED_LARGE, curl_off_t(bytes)))
        }
        if let time = request.stallTimeout {
            // Below the rate that it is held to itself.
            let slowest = min(HTTPRequest.slowestBytesPerSecond, max(1, (request.maximumBytesPerSecond ?? .max) / 2))
            set(CURLOPT_LOW_SPEED_LIMIT, slowest)
            set(CURLOPT_LOW_SPEED_TIME, max(1, milliseconds(time) / 1000))
        }
        if let signing = request.signing {
            set(CURLOPT_AWS_SIGV4, "aws:amz:\(signing.region):s3")
            set(CURLOPT_USERNAME, signing.accessKey)
            set(CURLOPT_PASSWORD, signing.secretKey)
        }
        addresses = list(request.knownAddresses)
        if addresses != nil { note(lethe_curl_set_list(handle, CURLOPT_RESOLVE, addresses)) }
    }

    private mutating func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let extended = curl_slist_append(list, line) else {
                note(CURLE_OUT_OF_MEMORY)
                break
            }
            list = extended
        }
        return list
    }

    private mutating func setContent(_ request: HTTPRequest) {
        if hasContent(request) {
            // The size first: without it libcurl would copy up to the first zero byte.
            note(lethe_curl_set_large(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            // Never a null pointer, which would make libcurl read the content from standard input.
            let content = request.body.isEmpty ? [0] : request.body
            content.withUnsafeBytes { bytes in
                let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                note(lethe_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, start))
            }
        }
        if request.method != .get || hasContent(request) { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    }

    private func hasContent(_ request: HTTPRequest) -> Bool {
        !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
    }

    private mutating func setHeaders(_ request: HTTPRequest) {
        let names = Set(request.headers.map { $0.name.lowercased() })
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // A name without a value keeps libcurl from adding the field: these two it would make up for content. Without
        // content they must not stand there, since libcurl would sign them too.
        if hasContent(request) {
            lines += ["Expect", "Content-Type"].filter { !names.contains($0.lowercased()) }.map { $0 + ":" }
        }
        headers = list(lines)
        note(lethe_curl_set_list(handle, CURLOPT_HTTPHEADER, headers))
    }

    private mutating func set(_ option: CURLoption, _ value: Int) {
        note(lethe_curl_set_long(handle, option, value))
    }

    private mutating func set(_ option: CURLoption, _ value: String?) {
        guard let value else { return note(lethe_curl_set_string(handle, option, nil)) }
        note(lethe_curl_set_string(handle, option, value))
    }

    private mutating func note(_ code: CURLcode) {
        if result == CURLE_OK { result = code }
    }

    /// At least one: zero would mean libcurl's default.
    private func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        // What libcurl takes at most, about 24 days.
        let longest = Int64(Int32.max)
        guard seconds < longest / 1000 else { return Int(longest) }
        return Int(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
