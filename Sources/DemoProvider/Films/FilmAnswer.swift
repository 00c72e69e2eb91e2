import NIOHTTP1

/// The answer to a request for a film, Range and faults included. Pure.
struct FilmAnswer {
    let film: Film
    let rangeHeader: String?
    /// Those of `Fault.Kind.ofFilms` that hit this request.
    let faults: [Fault]

    /// `nil`: there are bytes to send, so that the account's limit counts.
    var refusal: Answer? {
        guard case .unsatisfiable = range else { return nil }
        return Answer(status: .rangeNotSatisfiable, headers: ["content-range": "bytes */\(size)"], body: .bytes([]))
    }

    var answer: Answer {
        var headers: HTTPHeaders = ["content-type": film.contentType, "accept-ranges": "bytes"]
        guard case .part(let asked) = range else {
            return Answer(headers: headers, body: .film(FilmPart(film, 0..<size)))
        }
        let told = fault(.rangeLie)?.lie == .other ? moved(asked) : asked
        headers.add(name: "content-range", value: "bytes \(told.lowerBound)-\(told.upperBound - 1)/\(size)")
        return Answer(status: .partialContent, headers: headers, body: .film(part(asked, told)))
    }

    private func fault(_ kind: Fault.Kind) -> Fault? { faults.first { $0.kind == kind } }

    /// A changed file is 4 KiB shorter, or half as long if it is small.
    private var size: Int64 { fault(.resize) == nil ? film.size : film.size - min(4096, film.size / 2) }

    private var range: ByteRange {
        fault(.ignoreRange) == nil ? ByteRange(header: rangeHeader, size: size) : .whole
    }

    private func part(_ asked: Range<Int64>, _ told: Range<Int64>) -> FilmPart {
        switch fault(.rangeLie)?.lie {
        case nil: FilmPart(film, asked)
        case .other: FilmPart(film, told)
        case .bytes: FilmPart(film, moved(asked), length: Int64(asked.count))
        case .short:
            FilmPart(
                film, asked.lowerBound..<asked.lowerBound + Int64(asked.count) / 2, length: Int64(asked.count))
        }
    }

    /// As long as `asked` if it can be, but somewhere else.
    private func moved(_ asked: Range<Int64>) -> Range<Int64> {
        let start = asked.lowerBound >= 1000 ? asked.lowerBound - 1000 : min(asked.lowerBound + 1000, size - 1)
        return start..<max(start + 1, min(start + Int64(asked.count), size))
    }
}
