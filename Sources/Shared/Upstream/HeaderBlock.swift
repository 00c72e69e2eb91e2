/// Collects header lines of the responses of one transfer, hop by hop, and knows which response is the final one.
///
/// A value without IO: libcurl's header callback feeds it line by line.
struct HeaderBlock {
    enum Failure: Error, Equatable { case tooLarge, malformed }

    /// 0 while no status line of the next response has come.
    private(set) var status = 0
    private(set) var headers: [UpstreamHeader] = []
    private(set) var redirects = 0
    /// The header block of the final response is complete.
    private(set) var isFinal = false

    private let followsRedirects: Bool
    private let maximumBytes: Int
    private var byteCount = 0

    init(followsRedirects: Bool, maximumBytes: Int) {
        self.followsRedirects = followsRedirects
        self.maximumBytes = maximumBytes
    }

    /// Takes one line as libcurl delivers it, line end included.
    mutating func feed(_ line: [UInt8]) throws(Failure) {
        // Trailers of a chunked body come through the same callback; they change nothing.
        if isFinal { return }
        byteCount += line.count
        guard byteCount <= maximumBytes else { throw .tooLarge }
        let text = line[..<((line.lastIndex { $0 != 0x0a && $0 != 0x0d }).map { $0 + 1 } ?? 0)]
        if status == 0 {
            try begin(String(decoding: text, as: UTF8.self))
        } else if text.isEmpty {
            finish()
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let value = text[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            headers.append(
                UpstreamHeader(
                    String(decoding: text[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
    }

    /// A status line: `HTTP/1.1 302 Found`, or `ICY 200 OK` of an old streaming server.
    private mutating func begin(_ line: String) throws(Failure) {
        let words = line.split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]), (100...999).contains(status) else { throw .malformed }
        self.status = status
        headers = []
    }

    private mutating func finish() {
        byteCount = 0
        switch status {
        case 100...199:
            status = 0
        case 300...399 where followsRedirects && headers.contains { $0.name.lowercased() == "location" }:
            // The same condition as libcurl's own.
            redirects += 1
            status = 0
        default:
            isFinal = true
        }
    }
}
