import Contracts
import HTTPTypes

/// Which bytes a segment URL means: `/api/hls/live-8/<capability>/720p/<epoch>-<sequence>.ts`.
struct SegmentName: Sendable, Hashable {
    let stream: StreamID
    let rendition: String
    let epoch: Int64
    let sequence: Int64

    init(stream: StreamID, rendition: String, epoch: Int64, sequence: Int64) {
        self.stream = stream
        self.rendition = rendition
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads the last two path elements; throws 400.
    init(stream: StreamID, rendition: String, file: String) throws(APIError) {
        guard RenditionName.isValid(rendition) else { throw .unknownQuality(Quality.allCases.map(\.rawValue)) }
        guard file.hasSuffix(".ts"), file.utf8.count <= 40 else { throw Self.malformed }
        let numbers = file.dropLast(3).split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.count == 2, let epoch = Self.number(numbers[0]), let sequence = Self.number(numbers[1]) else {
            throw Self.malformed
        }
        self.init(stream: stream, rendition: rendition, epoch: epoch, sequence: sequence)
    }

    /// A segment's bytes never change, so its name names them.
    var etag: String { "\"\(epoch)-\(sequence)-\(rendition)\"" }

    private static func number(_ digits: Substring) -> Int64? {
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(digits)
    }

    private static let malformed = APIError(
        .badRequest, "bad_segment", "A live segment is named <epoch>-<sequence>.ts, in decimal digits.")
}

/// The names that renditions may have in URLs: `720p`, `audio-fra`.
enum RenditionName {
    static func isValid(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }
}
