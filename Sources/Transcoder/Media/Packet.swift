import CLibav

/// One encoded access unit of a source, with timestamps in its stream's time base.
///
/// `@unchecked Sendable`: the AVPacket is referenced only here, is never changed after `init`, and its payload is
/// reference-counted by libav with atomic counters; `retimed` makes a new reference instead of changing this one.
public final class Packet: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVPacket>

    /// Takes over `pointer`, which must be reference-counted.
    init(adopting pointer: UnsafeMutablePointer<AVPacket>) {
        self.pointer = pointer
    }

    deinit {
        var owned: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&owned)
    }

    public var stream: Int { Int(pointer.pointee.stream_index) }
    /// 33 bits and not unwrapped in MPEG-TS.
    public var pts: Int64? { Self.known(pointer.pointee.pts) }
    public var dts: Int64? { Self.known(pointer.pointee.dts) }
    /// Ticks; 0 = unknown.
    public var duration: Int64 { pointer.pointee.duration }
    public var size: Int { Int(pointer.pointee.size) }
    public var isKey: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    /// Something was lost on the way (a continuity counter jumped). Worth decoding all the same.
    public var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// Byte position in the source, if known.
    public var position: Int64? { pointer.pointee.pos < 0 ? nil : pointer.pointee.pos }

    /// The same payload with other timestamps (unwrapped, re-anchored).
    public func retimed(pts: Int64?, dts: Int64?) throws -> Packet {
        let copy = try LibavError.allocated(av_packet_clone(pointer), "av_packet_clone")
        copy.pointee.pts = pts ?? dash_no_pts()
        copy.pointee.dts = dts ?? dash_no_pts()
        return Packet(adopting: copy)
    }

    private static func known(_ time: Int64) -> Int64? { time == dash_no_pts() ? nil : time }
}
