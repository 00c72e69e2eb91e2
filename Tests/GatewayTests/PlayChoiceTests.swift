import Contracts
import Testing

@testable import Gateway

@Suite struct PlayChoiceTests {
    private func choice(
        _ info: FilmInfo, format: PlayChoice.Format? = nil, quality: Quality? = nil, start: Double = 0,
        prefersFile: Bool = false, maximum: Quality = .p1080
    ) throws -> PlayChoice {
        try PlayChoice(
            FilmOffer(info: info, maximum: maximum), format: format, quality: quality, start: start,
            prefersFile: prefersFile, preferred: .p720)
    }

    private let direct = FilmSamples.info(container: .mp4, mode: .direct)

    @Test func givesThePlayableFileItself() throws {
        for format in [nil, .mp4, .json] as [PlayChoice.Format?] {
            #expect(try choice(direct, format: format).way == .direct)
            #expect(try choice(direct, format: format, quality: .original).way == .direct)
        }
    }

    @Test func givesOtherwiseWhatWasAskedFor() throws {
        #expect(try choice(direct, format: .hls).way == .hls)
        #expect(try choice(direct, quality: .p480).rendition == "480p")
        #expect(try choice(direct, format: .mp4, quality: .p480).way == .mp4)
        #expect(try choice(direct, format: .mp4, start: 10).way == .mp4)
        #expect(try choice(direct, maximum: .p480).way == .hls)
        #expect(try choice(FilmSamples.info(), format: .mp4, quality: .original).rendition == "720p")
        #expect(try choice(FilmSamples.info(), quality: .original).rendition == "original")
        #expect(try choice(FilmSamples.info(), prefersFile: true).way == .mp4)
        #expect(try choice(FilmSamples.info(), format: .hls, prefersFile: true).way == .hls)
        #expect(throws: APIError.self) { try choice(FilmSamples.info(original: nil), quality: .original) }
    }

    @Test func knowsWhoPlaysHLS() {
        let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15"
        let android = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
        let chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
        let firefox = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
        #expect(PlayChoice.playsHLS(userAgent: safari) && PlayChoice.playsHLS(userAgent: android))
        #expect(!PlayChoice.playsHLS(userAgent: chrome) && !PlayChoice.playsHLS(userAgent: firefox))
        #expect(!PlayChoice.playsHLS(userAgent: ""))
    }
}
