import Contracts
import HTTPTypes

/// The delivery directives of a blocking playlist reload (rfc8216bis §6.2.5.2). Our playlists have no partial segments.
struct BlockingReload: Sendable, Equatable {
    /// Sequence number of the segment that the answer must have.
    let sequence: Int64

    /// Reads `_HLS_msn` and `_HLS_part`; `nil`: an ordinary request. Throws 400.
    static func parse(msn: String?, part: String?) throws(APIError) -> BlockingReload? {
        guard let msn else {
            if part != nil { throw bad("_HLS_part needs _HLS_msn.") }
            return nil
        }
        guard let sequence = number(msn) else { throw bad("_HLS_msn is a media sequence number.") }
        if let part, number(part) == nil { throw bad("_HLS_part is a number.") }
        return BlockingReload(sequence: sequence)
    }

    /// Whether a playlist that ends with `last` answers the request. Throws 400 for a segment too far ahead.
    func isSatisfied(by last: Int64, ended: Bool) throws(APIError) -> Bool {
        if ended || last >= sequence { return true }
        if sequence > last + 2 {
            throw Self.bad("_HLS_msn is more than two segments ahead of the playlist's end (\(last)).")
        }
        return false
    }

    private static func number(_ text: String) -> Int64? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    private static func bad(_ message: String) -> APIError { APIError(.badRequest, "bad_delivery_directive", message) }
}
