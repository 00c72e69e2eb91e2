import Hummingbird

/// What a request to the face says besides who it is.
struct FaceQuery: Sendable {
    /// `nil`: the account.
    let action: String?
    private let values: [String: String]

    private static let names = [
        "category_id", "vod_id", "series_id", "stream_id", "limit", "output", "qualities", "films",
    ]

    init(_ request: Request) {
        let query = request.uri.queryParameters
        func text(_ name: String) -> String? {
            query[name[...]].map { String($0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        action = text("action")
        values = Dictionary(uniqueKeysWithValues: Self.names.compactMap { name in text(name).map { (name, $0) } })
    }

    /// `nil`: all of them. Apps say `0` or `*` for that, too.
    var category: Int64? { values["category_id"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil } }
    var limit: Int? { values["limit"].flatMap { Int($0) }.map { min(max($0, 1), 100) } }
    /// `ts` (`mpegts`) unless it is HLS.
    var output: String { ["m3u8", "hls"].contains(values["output"] ?? "") ? "m3u8" : "ts" }
    var wantsQualities: Bool { values["qualities"] == "1" }
    var wantsFilms: Bool { values["films"] == "1" }

    /// The provider's number of a title; throws 400.
    func number(_ name: String) throws(APIError) -> Int64 {
        let text = values[name] ?? ""
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(text)
        else { throw APIError(.badRequest, "bad_id", "\(name)= is the provider's number, 1 to 18 digits.") }
        return number
    }
}
