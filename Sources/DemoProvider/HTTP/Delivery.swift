import NIOCore
import NIOHTTP1

/// The delivery port ("CDN"): media behind tokens.
///
/// `/auth/TOKEN` (live), `/vauth/TOKEN/1906.mkv`, and after a further hop `/live/8.ts?token=TOKEN`.
struct Delivery {
    let provider: Provider

    func answer(_ request: Request) -> Answer {
        if request.segments.first == "round" {
            let next = Int(request.segments.last ?? "").map { $0 % 1000 + 1 } ?? 1
            return .redirect(to: "/round/\(next)")
        }
        guard let token = token(in: request) else { return .status(404) }
        guard let grant = provider.tokens.redeem(token, by: request.connection, once: provider.settings.singleUseTokens)
        else {
            return .text("token expired", status: .forbidden).named("token", stream: "")
        }
        let target = grant.target
        if request.segments.first == "hls" { return segment(request, target, token) }
        if grant.hopsLeft > 0 { return nextHop(request, grant).named("hop", stream: target.stream) }
        var serving = target
        if target.format == "m3u8" { serving = MediaTarget(kind: .live, id: target.id, format: "m3u8") }
        return serve(request, serving, token).named(
            target.format == "m3u8" ? "hls" : target.kind.rawValue, stream: target.stream)
    }

    private func token(in request: Request) -> String? {
        switch request.segments.first {
        case "auth", "vauth", "hls": request.segments.count > 1 ? request.segments[1] : nil
        case "live", "movie", "series": request.query["token"]
        default: nil
        }
    }

    private func nextHop(_ request: Request, _ grant: TokenTable.Grant) -> Answer {
        let target = grant.target
        let token = provider.tokens.issue(
            target, hopsLeft: grant.hopsLeft - 1, lifetime: provider.settings.tokenLifetime)
        let file = "\(target.kind.rawValue)/\(target.id).\(target.format)"
        return .redirect(to: "\(provider.deliveryAddress(for: request))/\(file)?token=\(token)")
    }

    private func serve(_ request: Request, _ target: MediaTarget, _ token: String) -> Answer {
        var delay: Int64 = 0
        var drop: Fault?
        var ofFilms: [Fault] = []
        for fault in provider.faults.take(at: .cdn, stream: target.stream) {
            switch fault.kind {
            case .slowConnect: delay = Int64(fault.seconds * 1000)
            case .drop: drop = fault
            case .ignoreRange, .rangeLie, .resize: ofFilms.append(fault)
            default: return FaultAnswer(provider: provider).plain(fault)
            }
        }
        var answer: Answer
        if target.kind == .live, let channel = provider.channels[target.id] {
            answer = live(request, target, channel, token)
        } else if let film = provider.film(for: target) {
            answer = self.film(request, target, film, ofFilms)
        } else {
            answer = .status(404)
        }
        answer.delay = delay
        answer.dropAfter = drop?.seconds
        answer.dropsWithReset = drop?.resets ?? false
        return answer
    }

    // MARK: Live

    private func live(_ request: Request, _ target: MediaTarget, _ channel: LiveChannel, _ token: String) -> Answer {
        if request.isHead { return Answer(headers: ["content-type": "video/mp2t"], body: .bytes([])) }
        let loaded = channel.load(on: request.loop)
        if target.format == "m3u8" {
            provider.tokens.keepPlaying(token)
            provider.ledger.touchPlaylist(session: token)
            return .later(loaded.map { LivePlaylist(channel: channel, token: token).answer })
        }
        return .later(
            loaded.map { [self] in
                admitted(request, target, Answer(headers: ["content-type": "video/mp2t"], body: .live(channel)))
            })
    }

    private func segment(_ request: Request, _ target: MediaTarget, _ token: String) -> Answer {
        guard let channel = provider.channels[target.id], let name = request.segments.last,
            let number = Int64(name.split(separator: ".").first ?? "")
        else { return .status(404) }
        provider.ledger.touchPlaylist(session: token)
        return Answer.later(
            channel.load(on: request.loop).map {
                guard let moment = channel.moment(),
                    let bytes = LiveSegmenter(moment.span).bytes(number: number, base: moment.base)
                else { return .status(404) }
                return Answer(headers: ["content-type": "video/mp2t"], body: .bytes(bytes))
            }
        ).named("hls", stream: target.stream)
    }

    // MARK: Films

    private func film(_ request: Request, _ target: MediaTarget, _ film: Film, _ faults: [Fault]) -> Answer {
        let film = FilmAnswer(film: film, rangeHeader: request.headers.first(name: "range"), faults: faults)
        return film.refusal ?? (request.isHead ? film.answer : admitted(request, target, film.answer))
    }

    /// The account's limit, applied at the moment a media connection is made.
    private func admitted(_ request: Request, _ target: MediaTarget, _ answer: Answer) -> Answer {
        let rules = provider.settings
        let admission = provider.ledger.admit(
            request.connection, stream: target.stream, path: target.kind.rawValue, userAgent: request.userAgent,
            rules: rules)
        switch admission {
        case .admitted(let victims):
            var admitted = answer
            admitted.victims = victims
            admitted.isMedia = true
            return admitted
        case .gone: return Answer(body: .hangUp)
        case .overLimit:
            if case .status(let code) = rules.overLimit { return .status(code) }
            guard let slate = provider.slate else { return .status(503) }
            return .later(
                slate.load(on: request.loop).map {
                    Answer(headers: ["content-type": "video/mp2t"], body: .slate(slate))
                })
        }
    }
}
