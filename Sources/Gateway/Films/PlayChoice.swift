import Contracts

/// How one request for a film is answered, and why: a pure function of the film, the request and the settings.
struct PlayChoice: Sendable, Equatable {
    /// What `format=` may say.
    enum Format: String, Sendable, CaseIterable {
        case hls, mp4, json
    }

    enum Way: String, Sendable, Encodable {
        /// The provider's file as it is.
        case direct
        case hls
        /// Fragmented MP4 of one quality, made here.
        case mp4
    }

    let way: Way
    /// Variant that HLS begins with, or that the MP4 is made of; `original` for direct play.
    let rendition: String
    /// One sentence that a person understands.
    let reason: String

    /// - Parameters:
    ///   - format: as asked for; `nil` and `json`: whatever suits the film best.
    ///   - prefersFile: the player wants one file and cannot be assumed to play HLS.
    init(
        _ offer: FilmOffer, format: Format?, quality: Quality?, start: Double, prefersFile: Bool, preferred: Quality
    ) throws(APIError) {
        let obstacle = Self.obstacle(offer, format, quality, start)
        guard let obstacle else {
            (way, rendition, reason) = (.direct, Quality.original.rawValue, offer.info.decision.reason)
            return
        }
        reason = offer.info.decision.mode == .direct ? obstacle : offer.info.decision.reason
        if format == .mp4 || (format != .hls && prefersFile) {
            way = .mp4
            rendition = try offer.fileVariant(quality, preferred: preferred)
        } else {
            way = .hls
            rendition = try offer.variant(quality, preferred: preferred)
        }
    }

    /// Instead of a direct play that cannot be had now: the original as HLS, or one file for who needs one.
    init(
        insteadOfDirect offer: FilmOffer, because reason: String, prefersFile: Bool, preferred: Quality
    ) throws(APIError) {
        self.reason = reason
        if prefersFile {
            (way, rendition) = (.mp4, try offer.fileVariant(nil, preferred: preferred))
        } else {
            let hasOriginal = offer.variants.contains { $0.name == Quality.original.rawValue }
            (way, rendition) = (.hls, try offer.variant(hasOriginal ? .original : nil, preferred: preferred))
        }
    }

    /// Why the file is not given as it is; `nil`: it can be.
    private static func obstacle(_ offer: FilmOffer, _ format: Format?, _ quality: Quality?, _ start: Double) -> String?
    {
        if offer.info.decision.mode != .direct { return offer.info.decision.reason }
        if format == .hls { return "HLS was asked for." }
        if let quality, quality != .original { return "Another quality than the original was asked for." }
        if start > 0, format == .mp4 { return "Another start than the film's was asked for." }
        let video = offer.info.video
        if min(video.displayWidth, video.displayHeight) > offer.maximum.height {
            return "The file is above the highest quality that is offered."
        }
        return nil
    }

    /// Whether a browser's `<video src>` can be assumed to play HLS by itself: Apple's, and Chrome on Android.
    static func playsHLS(userAgent: String) -> Bool {
        let isChrome = userAgent.contains("Chrome/") || userAgent.contains("Chromium/")
        if userAgent.contains("Android") { return isChrome }
        return userAgent.contains("Safari/") && !isChrome || userAgent.contains("AppleCoreMedia")
    }
}
