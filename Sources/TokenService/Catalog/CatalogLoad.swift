import Contracts
import NIOCore

/// Gathers the entries of one list into chunks, in the order in which they come.
///
/// Holds at most one unfinished chunk, its posters' addresses and the ids seen so far.
struct CatalogLoad {
    /// What is ready to be stored.
    struct Chunk: Sendable {
        let packed: ByteBuffer
        let images: [String: String]
    }

    private(set) var entries = 0
    /// Of all lines.
    private(set) var bytes = 0
    private(set) var chunks = 0
    /// Elements that are no entries, or come twice, or are beyond `CatalogLimits`.
    private(set) var skipped = 0
    private var lines: [UInt8] = []
    private var images: [String: String] = [:]
    private var seen: Set<Int64> = []
    private var finished: [Chunk] = []

    let kind: CatalogKind
    let cleaner: PanelCleaner

    init(kind: CatalogKind, cleaner: PanelCleaner) {
        self.kind = kind
        self.cleaner = cleaner
    }

    /// - Parameter element: JSON; of a list that is an object, with its key around it.
    mutating func add(_ element: UnsafeBufferPointer<UInt8>) {
        guard let json = try? JSONReader.read(element) else { return skipped += 1 }
        let place = entries + skipped + 1
        // `{"12": {…}}`, in place of `{…}`.
        let value = json.isEntryOfObject ? json.elements.first?.value ?? .null : json
        guard let reading = EntryReading(value, kind, place: place, cleaner),
            let line = CatalogLine.text(reading.entry), entries < CatalogLimits.entries,
            bytes + line.utf8.count < CatalogLimits.bytes, seen.insert(reading.entry.id).inserted
        else { return skipped += 1 }
        entries += 1
        bytes += line.utf8.count + 1
        lines.append(contentsOf: line.utf8)
        lines.append(0x0a)
        images.merge(reading.images) { $1 }
        if lines.count >= CatalogLimits.chunk { endChunk() }
    }

    /// Chunks that are complete; they are not kept here any longer.
    mutating func take() -> [Chunk] {
        defer { finished = [] }
        return finished
    }

    /// The rest becomes the last chunk.
    mutating func finish() { if !lines.isEmpty { endChunk() } }

    private mutating func endChunk() {
        if let packed = CatalogChunk.pack(lines) {
            finished.append(Chunk(packed: packed, images: images))
            chunks += 1
        }
        lines.removeAll(keepingCapacity: true)
        images = [:]
    }
}

extension LenientJSON {
    /// One field, whose name is a number.
    fileprivate var isEntryOfObject: Bool {
        guard case .object(let fields) = self, fields.count == 1, let key = fields.keys.first else { return false }
        return !key.isEmpty && key.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
