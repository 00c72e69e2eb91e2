/// Strict reader of a multivariant playlist; what Apple's specification makes a MUST counts as a rule (MEDIA.md §3.1).
struct MultivariantPlaylistParser {
    private(set) var playlist = MultivariantPlaylist()
    private(set) var violations = Violations()
    /// EXT-X-STREAM-INF whose URI has to come next.
    private var pending: (attributes: AttributeList, place: String)?

    mutating func parse(_ bytes: [UInt8]) {
        for line in PlaylistLines(bytes, &violations).lines {
            switch line.content {
            case .tag(let name, let value): read(name, value ?? "", at: line.place)
            case .uri(let uri): finishVariant(uri, at: line.place)
            }
        }
        violations.expect(pending == nil, "variant.uri", "the last EXT-X-STREAM-INF has no URI")
        checkWhole()
    }

    private mutating func read(_ name: String, _ value: Substring, at place: String) {
        violations.expect(pending == nil, "variant.uri", at: place, "\(name) between EXT-X-STREAM-INF and its URI")
        switch name {
        case "#EXT-X-VERSION":
            violations.expect(decimalInteger(value) != nil, "tag.value", at: place, "version '\(value)'")
            playlist.version = decimalInteger(value) ?? 0
        case "#EXT-X-INDEPENDENT-SEGMENTS": playlist.hasIndependentSegments = true
        case "#EXT-X-STREAM-INF": pending = (AttributeList(value, tag: name, at: place, &violations), place)
        case "#EXT-X-MEDIA": readMedia(AttributeList(value, tag: name, at: place, &violations), at: place)
        case "#EXT-X-START", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-SESSION-DATA", "#EXT-X-CONTENT-STEERING":
            _ = AttributeList(value, tag: name, at: place, &violations)
        case "#EXTINF", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-DISCONTINUITY", "#EXT-X-ENDLIST",
            "#EXT-X-DISCONTINUITY-SEQUENCE", "#EXT-X-PROGRAM-DATE-TIME", "#EXT-X-PLAYLIST-TYPE",
            "#EXT-X-SERVER-CONTROL":
            violations.add("tag.kind", at: place, "\(name) belongs into a media playlist")
        default: violations.add("tag.unknown", at: place, "\(name)")
        }
    }

    private mutating func readMedia(_ list: AttributeList, at place: String) {
        for name in ["TYPE", "GROUP-ID", "NAME"] {
            violations.expect(list[name] != nil, "media.attribute", at: place, "EXT-X-MEDIA without \(name)")
        }
        for name in ["DEFAULT", "AUTOSELECT", "FORCED"] {
            violations.expect(
                list[name].map { $0 == "YES" || $0 == "NO" } ?? true, "media.attribute", at: place,
                "\(name)=\(list[name] ?? "")")
        }
        for name in ["GROUP-ID", "NAME", "LANGUAGE", "URI", "CHANNELS"] where list[name] != nil {
            violations.expect(list.quoted.contains(name), "media.attribute", at: place, "\(name) is not quoted")
        }
        violations.expect(
            list["DEFAULT"] != "YES" || list["AUTOSELECT"] != "NO", "media.attribute", at: place,
            "DEFAULT=YES with AUTOSELECT=NO")
        playlist.media.append(
            .init(
                type: list["TYPE"] ?? "", group: list["GROUP-ID"] ?? "", name: list["NAME"] ?? "",
                language: list["LANGUAGE"],
                uri: list["URI"], isDefault: list["DEFAULT"] == "YES"))
    }

    private mutating func finishVariant(_ uri: String, at place: String) {
        guard let (list, place) = pending else {
            violations.add("variant.uri", at: place, "'\(uri)' without EXT-X-STREAM-INF")
            return
        }
        pending = nil
        let codecs = (list["CODECS"] ?? "").split(separator: ",").map { String($0.trimmingPrefix { $0 == " " }) }
        let size = (list["RESOLUTION"] ?? "").split(separator: "x", omittingEmptySubsequences: false).map {
            decimalInteger($0)
        }
        let hasSize = size.count == 2 && size.allSatisfy { ($0 ?? 0) > 0 }
        let variant = MultivariantPlaylist.Variant(
            uri: uri, bandwidth: list.integer("BANDWIDTH") ?? 0, averageBandwidth: list.integer("AVERAGE-BANDWIDTH"),
            codecs: codecs, width: hasSize ? size[0].map(Int.init) : nil, height: hasSize ? size[1].map(Int.init) : nil,
            frameRate: list.decimal("FRAME-RATE"), audioGroup: list["AUDIO"])
        check(variant, list, at: place)
        playlist.variants.append(variant)
    }

    private mutating func check(_ variant: MultivariantPlaylist.Variant, _ list: AttributeList, at place: String) {
        violations.expect(variant.bandwidth > 0, "variant.bandwidth", at: place, "no BANDWIDTH")
        violations.expect(variant.averageBandwidth != nil, "variant.bandwidth", at: place, "no AVERAGE-BANDWIDTH")
        violations.expect(
            (variant.averageBandwidth ?? 0) <= variant.bandwidth, "variant.bandwidth", at: place,
            "AVERAGE-BANDWIDTH above BANDWIDTH")
        violations.expect(list.quoted.contains("CODECS"), "variant.codecs", at: place, "no quoted CODECS")
        for codec in variant.codecs {
            violations.expect(
                Self.isCodec(codec), "variant.codecs", at: place, "'\(codec)' is not in the form of RFC 6381")
        }
        guard variant.codecs.contains(where: { $0.hasPrefix("avc1.") }) else { return }
        violations.expect(variant.width != nil, "variant.resolution", at: place, "no legal RESOLUTION")
        violations.expect((variant.frameRate ?? 0) > 0, "variant.framerate", at: place, "no legal FRAME-RATE")
    }

    private static func isCodec(_ text: String) -> Bool {
        if text.hasPrefix("avc1.") { return text.utf8.count == 11 && text.dropFirst(5).allSatisfy(\.isHexDigit) }
        return ["mp4a.40.2", "mp4a.40.5", "mp4a.40.29", "ac-3", "ec-3"].contains(text)
    }

    private mutating func checkWhole() {
        violations.expect(playlist.hasIndependentSegments, "independent", "no EXT-X-INDEPENDENT-SEGMENTS")
        violations.expect(!playlist.variants.isEmpty, "variant.none", "no variant")
        violations.expect(
            Set(playlist.variants.map { "\($0.uri) \($0.audioGroup ?? "")" }).count == playlist.variants.count,
            "variant.twice",
            "two variants with one URI")
        let groups = Dictionary(grouping: playlist.media, by: { "\($0.type) \($0.group)" })
        for (group, members) in groups {
            violations.expect(
                Set(members.map(\.name)).count == members.count, "media.name", "\(group): two with one NAME")
            violations.expect(members.filter(\.isDefault).count <= 1, "media.default", "\(group): two are DEFAULT")
        }
        for variant in playlist.variants {
            guard let audio = variant.audioGroup else { continue }
            violations.expect(
                groups["AUDIO \(audio)"] != nil, "media.group", "\(variant.uri): no audio group '\(audio)'")
        }
    }
}
