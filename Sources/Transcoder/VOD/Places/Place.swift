/// A place in a file where reading can begin, and the time that is written there.
struct Place: Sendable, Hashable {
    /// Byte in the file.
    let position: Int64
    /// In the units of the picture's stream.
    let time: Int64
    /// The same in ticks after the film's first picture.
    let ticks: Int64
    /// Where the next place is, if the container tells.
    let next: Int64?
}

/// What a `PlaceFinder` saw in some bytes.
struct Sighting: Sendable, Hashable {
    /// Byte in what was looked through.
    let offset: Int
    /// In the units of the picture's stream.
    let time: Int64
    /// Bytes to the next such unit, if the container tells.
    var length: Int64?
}

/// Finds times in a container's bytes wherever one looks, whatever lies before. Pure.
protocol PlaceFinder: Sendable {
    /// Places are at most so many bytes apart in any usual file; looking on beyond that is given up.
    var reach: Int { get }

    /// The first place that these bytes show as a whole. Nil: none, or more bytes are needed to tell.
    func place(in bytes: UnsafeRawBufferPointer) -> Sighting?
}
