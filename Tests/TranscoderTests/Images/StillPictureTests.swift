import Foundation
import Media
import TestSupport
import Testing

@Suite struct StillPictureTests {
    /// A picture that the `ffmpeg` command makes: red on the left, and on the right what `right` says.
    static func file(
        _ name: String, size: String = "600x900", right: String = "blue", format: String = "rgba"
    ) async throws -> [UInt8] {
        try await MediaCommand.withTemporaryDirectory { directory in
            let path = "\(directory)/\(name)"
            try await MediaCommand.run(
                "ffmpeg",
                [
                    "-v", "error", "-y", "-f", "lavfi", "-i", "color=red:s=\(size),format=rgba", "-f", "lavfi", "-i",
                    "color=\(right):s=\(size),format=rgba", "-filter_complex",
                    "[0]crop=iw/2:ih:0:0[l];[1]crop=iw-floor(iw/2):ih:0:0[r];[l][r]hstack,format=\(format)",
                    "-frames:v", "1", path,
                ])
            return try MediaCommand.readFile(path)
        }
    }

    /// Decoded anew by the `ffmpeg` command: width, height, and the colours of a spot on the left and one on the right.
    private func look(_ bytes: [UInt8]) async throws -> (width: Int, height: Int, left: [UInt8], right: [UInt8]) {
        try await MediaCommand.withTemporaryDirectory { directory in
            let (file, raw) = ("\(directory)/picture", "\(directory)/pixels")
            try MediaCommand.writeFile(bytes, file)
            let size = try await MediaCommand.run(
                "ffprobe", ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", file])
            let numbers = size.split { !$0.isNumber }.compactMap { Int($0) }
            let (width, height) = (try #require(numbers.first), try #require(numbers.last))
            try await MediaCommand.run(
                "ffmpeg", ["-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "rgba", raw])
            let pixels = try MediaCommand.readFile(raw)
            func spot(_ x: Int) -> [UInt8] {
                let place = (height / 2 * width + x) * 4
                return Array(pixels[place..<(place + 4)])
            }
            return (width, height, spot(width / 5), spot(width * 4 / 5))
        }
    }

    private func isNear(_ colour: [UInt8], _ wanted: [Int], _ tolerance: Int = 12) -> Bool {
        zip(colour, wanted).allSatisfy { abs(Int($0) - $1) <= tolerance }
    }

    @Test(arguments: ["a.jpg", "a.png", "a.webp", "a.gif", "a.bmp"], StillEncoder.Format.allCases)
    func makesItSmallerInItsColours(name: String, format: StillEncoder.Format) async throws {
        let pixels = ["a.jpg": "yuvj444p", "a.bmp": "bgr24", "a.gif": "rgb8"]
        let source = try await Self.file(name, format: pixels[name] ?? "rgba")
        let made = try StillEncoder.encode(StillPicture(source), width: 320, as: format)
        #expect(made.starts(with: format == .jpeg ? [0xff, 0xd8, 0xff] : Array("RIFF".utf8)))
        let seen = try await look(made)
        #expect(seen.width == 320 && seen.height == 480)
        #expect(isNear(seen.left, [255, 0, 0]), "\(seen.left)")
        #expect(isNear(seen.right, [0, 0, 255]), "\(seen.right)")
    }

    @Test func transparencyStaysOrBecomesTheBackground() async throws {
        let source = try await Self.file("a.png", size: "200x200", right: "blue@0")
        let webp = try await look(try StillEncoder.encode(StillPicture(source), width: 160, as: .webp))
        #expect(webp.width == 160 && webp.left[3] == 255 && webp.right[3] == 0)
        let jpeg = try await look(try StillEncoder.encode(StillPicture(source), width: 160, as: .jpeg))
        #expect(isNear(jpeg.left, [255, 0, 0]) && isNear(jpeg.right, [10, 10, 10]), "\(jpeg)")
    }

    @Test func nothingIsEnlarged() async throws {
        let source = try await Self.file("a.png", size: "101x77")
        let picture = try StillPicture(source)
        #expect(picture.width == 101 && picture.height == 77)
        let seen = try await look(try StillEncoder.encode(picture, width: 1280, as: .jpeg))
        #expect(seen.width == 101 && seen.height == 77)
    }

    @Test func refusesWhatIsNoPicture() async throws {
        let png = try await Self.file("a.png")
        var broken = png
        broken.replaceSubrange(16..<20, with: [0x7f, 0xff, 0xff, 0xff])
        let video = Array("\0\0\0\u{18}ftypmp42".utf8)
        for bad in [[], Array("<svg xmlns=''/>".utf8), video, Array(png.prefix(100)), broken, [0xff, 0xd8, 0xff]] {
            #expect(throws: LibavError.self) { try StillPicture(bad) }
        }
    }

    @Test func refusesWhatIsTooLargeOrTooSlender() async throws {
        for size in ["6000x5000", "1000x100"] {
            let file = try await Self.file("a.png", size: size)
            #expect(throws: LibavError.self) { try StillPicture(file) }
        }
    }
}
