import Contracts
import Media
import Testing

@testable import Live

@Suite struct EncoderTuningTests {
    /// Shedding changes the preset in mid-stream, between two segments: no header may tell.
    @Test(arguments: LiveLadder.known)
    func lessEffortKeepsTheHeaders(rendition: Rendition) throws {
        let size = PictureSize(width: rendition.height * 16 / 9 & ~1, height: rendition.height)
        let headers = try EncoderTuning.Effort.allCases.map { effort in
            let encoder = try VideoEncoder(
                EncoderTuning.parameters(
                    rendition, size: size, frameRate: Rational(25, 1), colour: .bt709, effort: effort))
            var packets = try encoder.encode(Frame.black(size, colour: .bt709), index: 0)
            packets += try encoder.flush()
            return try MediaEncodingTests.headers(packets)
        }
        #expect(headers[0].count == 2)
        #expect(headers[0] == headers[1])
    }

    @Test func theCapIsTheRenditions() {
        let parameters = EncoderTuning.parameters(
            LiveLadder.p480, size: PictureSize(width: 854, height: 480), frameRate: Rational(25, 1), colour: .bt709,
            effort: .normal)
        #expect(parameters.maxRate == LiveLadder.p480.videoBitrate)
        #expect(parameters.bufferSize == parameters.maxRate)
    }
}
