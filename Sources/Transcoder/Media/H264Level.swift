/// Limits of H.264 levels: table A-1 of ITU-T H.264, rates for High profile.
struct H264Level: Sendable {
    let timesTen: Int
    let macroblocksPerSecond: Int
    let macroblocksPerFrame: Int
    /// Bits per second: the table's number times 1250 for High profile.
    let bitRate: Int

    /// From 3.0 on: nothing plays less, and one level for most rungs keeps headers alike.
    static let known = [
        H264Level(timesTen: 30, macroblocksPerSecond: 40_500, macroblocksPerFrame: 1_620, bitRate: 12_500_000),
        H264Level(timesTen: 31, macroblocksPerSecond: 108_000, macroblocksPerFrame: 3_600, bitRate: 17_500_000),
        H264Level(timesTen: 32, macroblocksPerSecond: 216_000, macroblocksPerFrame: 5_120, bitRate: 25_000_000),
        H264Level(timesTen: 40, macroblocksPerSecond: 245_760, macroblocksPerFrame: 8_192, bitRate: 25_000_000),
        H264Level(timesTen: 42, macroblocksPerSecond: 522_240, macroblocksPerFrame: 8_704, bitRate: 62_500_000),
        H264Level(timesTen: 50, macroblocksPerSecond: 589_824, macroblocksPerFrame: 22_080, bitRate: 168_750_000),
    ]
    static let highest = H264Level(
        timesTen: 51, macroblocksPerSecond: 983_040, macroblocksPerFrame: 36_864, bitRate: 300_000_000)

    static func lowest(size: PictureSize, frameRate: Rational, bitRate: Int) -> H264Level {
        let perFrame = ((size.width + 15) / 16) * ((size.height + 15) / 16)
        let fits = known.first {
            $0.macroblocksPerFrame >= perFrame && $0.bitRate >= bitRate
                && $0.macroblocksPerSecond * frameRate.den >= perFrame * frameRate.num
        }
        return fits ?? highest
    }
}
