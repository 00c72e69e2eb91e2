import Media
import Testing

@testable import Live

/// Where a stream changes its codecs, one demuxer ends and the next begins, and no byte is lost.
@Suite struct EngineProgramTests {
    /// In pieces that end anywhere.
    private final class Pieces: ByteSource {
        private var rest: ArraySlice<UInt8>
        init(_ bytes: [UInt8]) { rest = bytes[...] }

        func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            let count = min(buffer.count, rest.count, 1013)
            buffer.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            return count
        }
    }

    /// What comes out of the gate each time that it is opened.
    private func parts(of bytes: [UInt8]) throws -> [[UInt8]] {
        let gate = ProgramGate(Pieces(bytes))
        var result: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 700)
        repeat {
            var part: [UInt8] = []
            while true {
                let count = try buffer.withUnsafeMutableBytes { try gate.read(into: $0) }
                if count == 0 { break }
                part += buffer[..<count]
            }
            result.append(part)
        } while gate.reopen()
        return result
    }

    @Test func aCodecThatChangesDividesTheStream() async throws {
        let first = try await EngineClip.sound.bytes()
        let second = try await EngineClip.interlaced.bytes()
        let parts = try parts(of: first + second)
        try #require(parts.count == 2)
        #expect(parts[0].starts(with: first))
        // Service and program tables come first in a file; the new reader sees the latter again, and all that follows.
        let tables = parts[0].count - first.count
        #expect(tables < 10 * 188)
        let directory = Array(second[..<tables].suffix(188))
        #expect(parts[1] == directory + second[tables...])
    }

    @Test func damagedOddOrRepeatedTablesDivideNothing() async throws {
        let clip = try await EngineClip.sound.bytes()
        let small = try await EngineClip.small.bytes()
        let noise = [UInt8](repeating: 0x47, count: 1_000) + (0..<3_001).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let whole = clip + noise + small + clip.dropLast(77)
        #expect(try parts(of: whole) == [whole])
    }
}
