/// What of a film is sent, and how long the answer says it is: two things when a fault lies.
struct FilmPart: Sendable {
    let film: Film
    let range: Range<Int64>
    /// Content-Length.
    let length: Int64

    init(_ film: Film, _ range: Range<Int64>, length: Int64? = nil) {
        self.film = film
        self.range = range
        self.length = length ?? Int64(range.count)
    }

    /// The connection can carry another request afterwards.
    var isWhole: Bool { length == Int64(range.count) }
}
