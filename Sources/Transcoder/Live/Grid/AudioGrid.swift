/// Which AAC packets belong to which segment, and when they are heard.
///
/// Packets of 1024 samples lie on one grid from the line's start on, whatever the segments are: packet n begins n × 1024
/// samples after frame 0. It belongs to the segment in which it begins, so each packet is in exactly one segment and
/// joins have neither gap nor overlap (MEDIA.md §1.7).
public struct AudioGrid: Sendable, Hashable {
    /// Samples per AAC packet.
    public static let packetSamples: Int64 = 1024
    /// Rates that pass through; any other source is resampled to `preferredRate` (MEDIA.md §0.5).
    public static let keptRates: Set<Int64> = [32_000, 44_100, 48_000]
    public static let preferredRate: Int64 = 48_000

    /// Samples per second.
    public let sampleRate: Int64

    /// - Parameter sampleRate: 8000...96000.
    public init(sampleRate: Int64) {
        precondition((8_000...96_000).contains(sampleRate), "AAC sample rate out of range")
        self.sampleRate = sampleRate
    }

    /// The grid for a source: at its own rate where that is kept, else at 48 kHz.
    public init(forSourceRate sourceRate: Int64) {
        self.init(sampleRate: Self.keptRates.contains(sourceRate) ? sourceRate : Self.preferredRate)
    }

    /// Presentation time in ticks of 1/90000 s: rounded from the number, never accumulated. Packet −1 is the priming.
    public func ticks(ofPacket packet: Int64) -> Int64 { ticks(ofSample: packet * Self.packetSamples) }

    /// The same for a sample, counted from the line's start.
    public func ticks(ofSample sample: Int64) -> Int64 {
        SegmentGrid.lineStart + rounded(sample * SegmentGrid.ticksPerSecond, sampleRate)
    }

    /// The sample whose time is nearest, counted from the line's start; negative before it.
    public func sample(nearestTicks ticks: Int64) -> Int64 {
        rounded((ticks - SegmentGrid.lineStart) * sampleRate, SegmentGrid.ticksPerSecond)
    }

    /// The first packet of a segment that begins with `frame`: it begins at that frame's exact time or later.
    public func firstPacket(notBefore frame: Int64, rate: FrameRate) -> Int64 {
        roundedUp(frame * rate.denominator * sampleRate, rate.numerator * Self.packetSamples)
    }
}
