/// Which pictures of a segment carry the clock: the first one, and of the others those that have room for it.
///
/// The clock takes eight bytes of a picture's first transport packet; where the last one is nearly full, that costs another packet.
/// Two pictures in succession without room are rare, so with two or more pictures in 100 ms the clock is nearly free.
enum ClockPlaces {
    /// The cheapest places no two of which are further apart than the standard allows, as long as pictures are not.
    ///
    /// From each picture to the end, the fewest transport packets if that picture carries the clock are known from the end on;
    /// of equal ways the one with fewer clocks is taken.
    /// - Parameter pictures: of one segment, in decode order. The next segment begins with a clock.
    static func best(for pictures: [PESPacket]) -> [Int] {
        guard !pictures.isEmpty else { return [] }
        let times = pictures.map(\.dts) + [end(of: pictures)]
        let plain = pictures.map { TSPacketWriter.packets(of: $0) }
        var fewest = [Int](repeating: 0, count: pictures.count + 1)
        var next = [Int](repeating: 0, count: pictures.count)
        for index in pictures.indices.reversed() {
            var between = 0
            fewest[index] = .max
            for following in (index + 1)...pictures.count {
                let isInTime = times[following] - times[index] <= TSPacketWriter.longestClockGap
                guard isInTime || following == index + 1 else { break }
                let packets = between + fewest[following]
                if packets <= fewest[index] { (fewest[index], next[index]) = (packets, following) }
                if following < pictures.count { between += plain[following] }
            }
            fewest[index] += packetsWithClock(pictures[index])
        }
        return Array(sequence(first: 0) { next[$0] < pictures.count ? next[$0] : nil })
    }

    private static func packetsWithClock(_ picture: PESPacket) -> Int {
        var picture = picture
        picture.clock = .init(start: 0)
        return TSPacketWriter.packets(of: picture)
    }

    /// Decode time of the picture after the last: as far away from it as it is from the one before.
    private static func end(of pictures: [PESPacket]) -> Int64 {
        let last = pictures[pictures.count - 1].dts
        return pictures.count > 1 ? 2 * last - pictures[pictures.count - 2].dts : last
    }
}
