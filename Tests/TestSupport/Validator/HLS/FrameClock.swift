/// The validator's own arithmetic of the output line: which frame or AAC packet a tick is, exactly.
struct FrameClock: Hashable {
    let lineStart: Int64
    let numerator: Int64
    let denominator: Int64

    /// Rates that FRAME-RATE can mean; its three decimals do not say 30000/1001.
    private static let rates: [(Int64, Int64)] = [
        (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1), (15, 1), (25, 2),
    ]

    init(lineStart: Int64, numerator: Int64, denominator: Int64) {
        (self.lineStart, self.numerator, self.denominator) = (lineStart, numerator, denominator)
    }

    /// - Parameter frameRate: As printed in FRAME-RATE. nil if it is no known rate.
    init?(lineStart: Int64, frameRate: Double) {
        guard let rate = Self.rates.first(where: { abs(Double($0.0) / Double($0.1) - frameRate) < 0.0006 }) else {
            return nil
        }
        self.init(lineStart: lineStart, numerator: rate.0, denominator: rate.1)
    }

    func tick(_ frame: Int64) -> Int64 { lineStart + nearest(frame * 90_000 * denominator, numerator) }

    /// The frame that is exactly at this tick.
    func frame(at tick: Int64) -> Int64? {
        let frame = nearest((tick - lineStart) * numerator, 90_000 * denominator)
        return self.tick(frame) == tick ? frame : nil
    }

    func frames(seconds: Int64) -> Int64 { nearest(seconds * numerator, denominator) }

    func packetTick(_ packet: Int64, rate: Int64) -> Int64 { lineStart + nearest(packet * 1024 * 90_000, rate) }

    func packet(at tick: Int64, rate: Int64) -> Int64? {
        let packet = nearest((tick - lineStart) * rate, 1024 * 90_000)
        return packetTick(packet, rate: rate) == tick ? packet : nil
    }

    /// The first packet at or after the exact time of a frame.
    func firstPacket(frame: Int64, rate: Int64) -> Int64 {
        let (top, bottom) = (frame * denominator * rate, numerator * 1024)
        return top / bottom + (top % bottom > 0 ? 1 : 0)
    }

    /// First frames of the segments up to a frame, and whether this frame is one.
    func isStart(_ frame: Int64, _ lengths: HLSExpectations.Lengths) -> Bool {
        var start: Int64 = 0
        for seconds in lengths.opening {
            if start == frame { return true }
            start += frames(seconds: seconds)
        }
        return frame >= start && (frame - start) % frames(seconds: lengths.early ?? lengths.steady) == 0
    }

    /// How many frames the segment may have that starts with this frame.
    func lengths(from frame: Int64, _ lengths: HLSExpectations.Lengths) -> [Int64] {
        var start: Int64 = 0
        for seconds in lengths.opening {
            if start == frame { return [frames(seconds: seconds)] }
            start += frames(seconds: seconds)
        }
        return [lengths.steady, lengths.early].compactMap { $0 }.map { frames(seconds: $0) }
    }

    private func nearest(_ a: Int64, _ b: Int64) -> Int64 { a.signum() * ((2 * abs(a) + b) / (2 * b)) }
}
