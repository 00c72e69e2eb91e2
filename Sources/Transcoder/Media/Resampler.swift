import CLibav

/// Any sound → stereo at one rate, with a fixed downmix (MEDIA.md §1.7) and exact accounting.
///
/// Samples in and samples out follow the ratio of the rates exactly; nothing is stretched, dropped or padded. At equal rates
/// there is no delay at all. A source that changes its rate, channels or format in mid-stream gets a new converter; what the
/// old one still held comes out first. One thread at a time.
public final class Resampler {
    /// Samples per second of what comes out.
    public let sampleRate: Int
    private var converter: OpaquePointer?
    private var format: InputFormat?

    public init(sampleRate: Int) {
        self.sampleRate = sampleRate
    }

    deinit { swr_free(&converter) }

    /// Output samples that went in but have not come out yet (the filter's delay).
    public var delayedSamples: Int {
        guard let converter else { return 0 }
        return Int(swr_get_delay(converter, Int64(sampleRate)))
    }

    /// Throws `LibavError` if the sound is of a kind that cannot be converted.
    public func convert(_ frame: Frame) throws -> StereoSamples {
        var samples = StereoSamples()
        let incoming = InputFormat(frame)
        if incoming != format {
            samples = try flush()
            converter = dash_swr_to_stereo(frame.pointer, Int32(sampleRate))
            guard converter != nil else { throw LibavError(.unsupported, in: "swr_init") }
            format = incoming
        }
        samples.append(try run(frame.pointer))
        return samples
    }

    /// What is still inside; afterwards the resampler starts afresh.
    public func flush() throws -> StereoSamples {
        guard converter != nil else { return StereoSamples() }
        defer {
            swr_free(&converter)
            format = nil
        }
        return try run(nil)
    }

    private func run(_ input: UnsafeMutablePointer<AVFrame>?) throws -> StereoSamples {
        let incoming = input?.pointee.nb_samples ?? 0
        let capacity = Int(try LibavError.check(swr_get_out_samples(converter, incoming), "swr_get_out_samples"))
        guard capacity > 0 else { return StereoSamples() }
        var failure: LibavError?
        var right = [Float]()
        let left = [Float](unsafeUninitializedCapacity: capacity) { leftBuffer, leftCount in
            right = [Float](unsafeUninitializedCapacity: capacity) { rightBuffer, rightCount in
                let written = dash_swr_convert(
                    converter, leftBuffer.baseAddress, rightBuffer.baseAddress, Int32(capacity), input)
                if written < 0 { failure = LibavError(written, in: "swr_convert") }
                leftCount = Int(max(0, written))
                rightCount = Int(max(0, written))
            }
        }
        if let failure { throw failure }
        return StereoSamples(left: left, right: right)
    }
}

/// What a converter is built for.
private struct InputFormat: Hashable {
    let format: Int32
    let rate: Int32
    let channels: Int32
    let mask: UInt64

    init(_ frame: Frame) {
        let fields = frame.pointer.pointee
        format = fields.format
        rate = fields.sample_rate
        channels = fields.ch_layout.nb_channels
        mask = fields.ch_layout.order == AV_CHANNEL_ORDER_NATIVE ? fields.ch_layout.u.mask : 0
    }
}
