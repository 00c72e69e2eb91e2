/// What a rendition takes on the wire, with everything that MPEG-TS adds.
public enum WireRate {
    /// Bits per second.
    ///
    /// The video's cap is its VBV: no second has more than the cap, but a short segment may also spend what the buffer of
    /// one second had saved. With 1.3 times the cap declared, a 4 s segment at the worst, 1.225 times the cap, is below
    /// it, and so is 1.25 times it for the first ones of 1 and 2 s in practice (RFC 8216 §4.3.4.2; MEDIA.md §3.1).
    /// - Parameters:
    ///   - video: bits per second out of the encoder, 0 = none; `audio` likewise.
    ///   - framesPerSecond: pictures, rounded up.
    public static func bitsPerSecond(video: Int, audio: Int, framesPerSecond: Int, sampleRate: Int) -> Int {
        // Each picture: a PES header, a clock field and on average half a packet of filling.
        let pictures = video > 0 ? (video * 188 / 184) + framesPerSecond * 8 * (26 + 92) : 0
        // Each AAC packet: 7 bytes; every quarter of a second a PES header and half a packet of filling.
        let sound = audio > 0 ? (audio + sampleRate / 1024 * 56) * 188 / 184 + 4 * 8 * (14 + 92) : 0
        // Program tables with each segment.
        return pictures + sound + 2 * 188 * 8
    }
}
