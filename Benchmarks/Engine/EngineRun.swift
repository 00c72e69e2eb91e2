import Contracts
import Foundation
import Live
import Media
import Synchronization

/// The product's own engine over a file, as fast as it goes; what it publishes is kept as one file per rendition.
struct EngineRun {
    let cpu: CPUTime
    /// Segments joined, by rendition.
    let streams: [String: [UInt8]]
    /// Bytes of resident memory that came with the run, at its peak.
    let memory: Int

    struct Failed: Error { let outcome: LiveOutcome? }

    static func measure(_ file: URL, active: Set<String>? = nil) throws -> EngineRun {
        let output = KeptSegments()
        let memory = ResidentMemory()
        let before = CPUTime.ofProcess()
        let engine = LiveEngine(
            start: LiveStart(epoch: 1, sequence: 1, activeRenditions: active), source: FileChannel(path: file.path),
            output: output, clock: FileClock())
        engine.start()
        engine.join()
        let cost = CPUTime.ofProcess() - before
        let (streams, outcome) = output.result
        guard outcome == .stopped, !streams.isEmpty else { throw Failed(outcome: outcome) }
        let kept = streams.values.reduce(0) { $0 + $1.count }
        return EngineRun(cpu: cost, streams: streams, memory: max(0, memory.growth() - kept))
    }
}

/// A file as a channel: once.
private struct FileChannel: LiveSource {
    let path: String

    func open(attempt: Int) throws(LiveSourceError) -> any ByteSource {
        do {
            return try FileSource(path: path)
        } catch {
            throw LiveSourceError(code: "no_file", message: "The file cannot be read.", isFinal: true)
        }
    }

    func interrupt() {}
    func cancel() {}
}

private final class KeptSegments: LiveOutput {
    private let kept = Mutex<(streams: [String: [UInt8]], outcome: LiveOutcome?)>(([:], nil))

    var result: (streams: [String: [UInt8]], outcome: LiveOutcome?) { kept.withLock { $0 } }

    func describe(_ info: LiveStreamInfo) {}

    func publish(_ segment: FinishedSegment) {
        kept.withLock { kept in
            for (name, bytes) in segment.bytes { kept.streams[name, default: []] += bytes }
        }
    }

    func sourceChanged(_ state: LiveSourceState, reason: StreamReason?) {}

    func finished(_ outcome: LiveOutcome) { kept.withLock { $0.outcome = outcome } }
}
