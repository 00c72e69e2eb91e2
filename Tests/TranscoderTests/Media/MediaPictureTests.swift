import Media
import Testing

@Suite struct MediaPictureTests {
    // MARK: Deinterlacing

    @Test(arguments: Deinterlacer.Method.allCases)
    func fieldsBecomeWholePicturesAtTheSameTimes(method: Deinterlacer.Method) throws {
        let clip = try DecodedClip(MemorySource(try MediaClip.broadcast()))
        let deinterlacer = Deinterlacer(method: method, timeBase: Rational(1, 90_000))
        let first = try deinterlacer.process(clip.video[0])
        #expect(first.isEmpty && deinterlacer.isActive)
        var out = first
        for frame in clip.video.dropFirst() { out += try deinterlacer.process(frame) }
        out += try deinterlacer.flush()
        #expect(out.map(\.pts) == clip.video.map(\.pts))
        #expect(out.allSatisfy { !$0.isInterlaced })
    }

    @Test func progressivePicturesPassUntouched() throws {
        let clip = try DecodedClip(MemorySource(try Self.flat("red", "-c:v mpeg2video")))
        let deinterlacer = Deinterlacer(timeBase: Rational(1, 90_000))
        for frame in clip.video { #expect(try deinterlacer.process(frame).first === frame) }
        #expect(!deinterlacer.isActive)
    }

    @Test func aChangeOfSizeLosesNoPicture() throws {
        let large = try DecodedClip(MemorySource(try MediaClip.broadcast())).video
        let small = try DecodedClip(MemorySource(try Self.flat("red", "-c:v mpeg2video"))).video
        let deinterlacer = Deinterlacer(timeBase: Rational(1, 90_000))
        var out: [Frame] = []
        for frame in large.prefix(5) + small.prefix(5) + large.suffix(5) { out += try deinterlacer.process(frame) }
        out += try deinterlacer.flush()
        #expect(
            out.map(\.height) == [1080, 1080, 1080, 1080, 1080, 180, 180, 180, 180, 180]
                + Array(repeating: 1080, count: 5))
    }

    // MARK: Size

    @Test(arguments: [
        (1920, 1080, nil, 720, 1280, 720),
        (1440, 1080, Rational(4, 3), 720, 1280, 720),
        (720, 576, Rational(16, 11), 480, 872, 480),
        (720, 576, Rational(16, 11), 720, 1048, 576),
        (720, 576, Rational(12, 11), 360, 490, 360),
        (1280, 720, Rational(1, 1), 480, 854, 480),
        (1280, 720, Rational(1000, 1), 480, 854, 480),
        (33, 17, nil, 720, 32, 16),
    ])
    func samplesBecomeSquareAndSidesEven(
        width: Int, height: Int, shape: Rational?, lines: Int, expectedWidth: Int, expectedHeight: Int
    ) {
        let size = PictureSize(sourceWidth: width, sourceHeight: height, sampleAspectRatio: shape, height: lines)
        #expect(size == PictureSize(width: expectedWidth, height: expectedHeight))
    }

    // MARK: Colour

    /// A red picture stays red in every rung, whatever range, depth and matrix it came in.
    @Test(arguments: [
        ("yuv420p", "bt709:range=tv", Colour.bt709),
        ("yuvj420p", "bt709:range=pc", .bt709),
        ("yuv420p10le", "bt709:range=tv", .bt709),
        ("yuv422p", "smpte170m:range=tv", .bt601Lines525),
        ("yuv420p", "smpte170m:range=tv", .bt709),
        ("yuv420p", "bt709:range=tv", .bt601Lines625),
    ])
    func redStaysRed(format: String, matrix: String, target: Colour) throws {
        let parts = matrix.split(separator: ":")
        let range = parts[1] == "range=pc" ? "pc" : "tv"
        let bytes = try MediaClip.make(
            "-f lavfi -i color=red:s=320x180:r=25:d=0.4,format=gbrp -vf "
                + "scale=out_color_matrix=\(parts[0]):out_range=\(range),format=\(format) "
                + "-colorspace \(parts[0]) -color_range \(range) -c:v libx264 -qp 1 -preset veryfast -f mpegts")
        let source = try #require(try DecodedClip(MemorySource(bytes)).video.first)
        #expect(source.colour.isFullRange == (range == "pc"))
        var frame = source
        for lines in [180, 120, 90] {
            let scaler = try Scaler(size: PictureSize(of: frame, height: lines), colour: target)
            frame = try scaler.scale(frame)
            #expect(frame.height == lines)
            // Limited-range red by the matrix of the standard.
            let expected = target == .bt709 ? (63, 102, 240) : (82, 90, 240)
            let (luma, blue, red) = try frame.centre()
            #expect(
                abs(luma - expected.0) <= 2 && abs(blue - expected.1) <= 2 && abs(red - expected.2) <= 2,
                "\(lines): \(luma) \(blue) \(red)")
        }
    }

    @Test func hdrIsShownSomehow() throws {
        let bytes = try MediaClip.make(
            "-f lavfi -i testsrc2=s=320x180:r=25:d=0.4 -pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params "
                + "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc -f mpegts")
        let frame = try #require(try DecodedClip(MemorySource(bytes)).video.first)
        #expect(frame.colour.isHDR && frame.colour.delivered == .bt709)
        #expect(try Scaler(size: PictureSize(width: 160, height: 90), colour: .bt709).scale(frame).width == 160)
    }

    @Test func aPictureThatIsRightIsNotCopied() throws {
        let size = PictureSize(width: 64, height: 64)
        let black = try Frame.black(size, colour: .bt709)
        let same = try Scaler(size: size, colour: .bt709).scale(black)
        #expect(try same.plane(0) { $0.baseAddress } == black.plane(0) { $0.baseAddress })
        #expect(try black.centre() == (16, 128, 128))
    }

    static func flat(_ colour: String, _ codec: String) throws -> [UInt8] {
        try MediaClip.make("-f lavfi -i color=\(colour):s=320x180:r=25:d=0.4 \(codec) -f mpegts")
    }
}

extension Frame {
    /// The three values of the middle sample of an 8-bit 4:2:0 picture.
    func centre() throws -> (Int, Int, Int) {
        func middle(_ plane: Int, _ divisor: Int) throws -> Int {
            let stride = try self.stride(plane)
            return try self.plane(plane) { Int($0[height / divisor / 2 * stride + width / divisor / 2]) }
        }
        return (try middle(0, 1), try middle(1, 2), try middle(2, 2))
    }
}
