import Crypto
import Media

/// Which bytes a film's segments are made of, in 12 hex digits: another source, ladder or engine gives another name.
enum FilmVersion {
    private static let sample = 64 << 10

    static func of(_ source: any RandomAccessSource) throws -> String {
        var hash = SHA256()
        hash.update(data: Array("\(source.size)\n\(FilmEncoding.fingerprint)\n".utf8))
        hash.update(data: try source.bytes(at: 0, count: sample))
        hash.update(data: try source.bytes(at: max(0, source.size - Int64(sample)), count: sample))
        return hash.finalize().prefix(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
