import Synchronization

/// What `ffprobe` says about the films, filled in after the start; missing until then, as fields of panels often are.
final class FilmFacts: Sendable {
    struct Fact: Sendable {
        let seconds: Double
        let videoCodec: String
        let width: Int
        let height: Int
        let audioCodec: String
        let audioChannels: Int
    }

    private let facts = Mutex<[String: Fact]>([:])

    func fact(_ film: Film) -> Fact? { facts.withLock { $0[film.path] } }
    func store(_ fact: Fact, for film: Film) { facts.withLock { $0[film.path] = fact } }

    /// Bits per second: what the file needs, or 2 Mb/s as long as nothing is known.
    func bitRate(_ film: Film) -> Double {
        guard let fact = fact(film), fact.seconds > 0 else { return 2_000_000 }
        return Double(film.size) * 8 / fact.seconds
    }
}
