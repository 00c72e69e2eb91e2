/// A player that stands three target durations behind the edge, reckoned from when segments could be had. Pure.
struct SimulatedPlayer {
    struct Arrival: Sendable {
        /// Seconds on any clock.
        let at: Double
        /// Seconds of media.
        let duration: Double
    }

    /// Each time that it ran dry, in seconds.
    private(set) var stalls: [Double] = []

    var longest: Double { stalls.max() ?? 0 }
    var total: Double { stalls.reduce(0, +) }

    /// - Parameters:
    ///   - arrivals: in order of the playlist, without a hole.
    ///   - behind: seconds of media between the edge and the player when it starts.
    init(_ arrivals: [Arrival], behind: Double) {
        var media = 0.0
        var ends: [Double] = []
        for arrival in arrivals {
            media += arrival.duration
            ends.append(media)
        }
        guard let first = ends.firstIndex(where: { $0 >= behind }) else { return }
        // Wall-clock time at which position 0 of the media would be shown.
        var zero = arrivals[first].at - (ends[first] - behind)
        for index in arrivals.indices.dropFirst(first + 1) {
            let needed = zero + ends[index] - arrivals[index].duration
            let late = arrivals[index].at - needed
            guard late > 0 else { continue }
            stalls.append(late)
            zero += late
        }
    }
}
