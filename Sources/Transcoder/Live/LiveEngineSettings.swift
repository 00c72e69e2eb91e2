import Contracts

/// What an operator or a test may choose about a live engine. The defaults are the product's (DESIGN §6).
public struct LiveEngineSettings: Sendable {
    /// Rungs, best first. Those above the source's height are left out; at least one always stays.
    public var ladder: [Rendition] = LiveLadder.standard
    /// Without a picture for so long, the last one is held.
    public var holdAfter: Duration = .seconds(1)
    /// Without a byte for so long, the source is closed and opened again.
    public var stallAfter: Duration = .seconds(5)
    /// After an outage, how far the output may run ahead of the lead that it had before; what is more is dropped.
    public var backlogLimit: Duration = .seconds(2)
    /// How much of the burst that follows the first connect is taken at once; what is more is dropped.
    public var burstLimit: Duration = .seconds(10)
    /// Without source for so long, the stream ends.
    public var giveUpAfter: Duration = .seconds(120)
    /// A channel that has never given a picture fails after so long, whatever is tried: before the ten seconds are over for
    /// which its first viewer is held (`LIVE_START_TIMEOUT`), so that it is the reason which that one is told.
    public var firstPictureWithin: Duration = .seconds(8)
    /// How long the first picture waits for sound that the program map announces, whose sample rate is then kept; and
    /// half of how long an unsteady picture rate is looked at.
    public var trackSearch: Duration = .milliseconds(500)
    /// Pauses before the second, third … attempt to open the source; the last one repeats. Each is spread by ±20 %.
    public var reopenPauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(5)]
    /// Demuxed packets that wait for the engine. When either limit is met, reading pauses (TCP back-pressure).
    public var queuedPackets = 2_000
    public var queuedBytes = 8 << 20
    /// Pictures that wait for one encoder, 1 and more. When full, decoding pauses.
    public var queuedFrames = 6
    /// After so much output, timestamps begin again behind a DISCONTINUITY, at a segment boundary: long before the
    /// 33 bits of MPEG-TS wrap (26.5 h).
    public var resetAfter: Duration = .seconds(24 * 3600)

    public init() {}
}
