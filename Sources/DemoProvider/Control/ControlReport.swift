import NIOCore

/// What the control endpoint tells.
struct ControlReport {
    let provider: Provider

    var connections: JSON {
        let counters = provider.ledger.counters
        let rules = provider.settings
        let now = NIODeadline.now()
        let sockets = provider.ledger.connections.map { connection -> JSON in
            [
                "id": .of(connection.id), "listener": .string(connection.listener),
                "remote": .string(connection.remote), "user_agent": .string(connection.userAgent),
                "kind": .string(connection.path), "stream": .string(connection.stream),
                "is_media": .bool(connection.openedAt != nil), "bytes": .of(connection.bytes),
                "age_ms": .of((now - connection.acceptedAt).nanoseconds / 1_000_000),
            ]
        }
        let streams = counters.openedByStream.sorted { $0.key < $1.key }
        return [
            "media_open": .of(counters.mediaOpen), "media_peak": .of(counters.mediaPeak),
            "media_opened": .of(counters.mediaOpened), "killed": .of(counters.killed),
            "refused": .of(counters.refused),
            "opened_by_stream": .object(streams.map { JSON.Member(name: $0.key, value: .of($0.value)) }),
            "active_cons": .of(provider.ledger.activeConnections(rules)),
            "max_connections": .of(rules.maxConnections), "sockets": .array(sockets),
        ]
    }

    func log(since sequence: Int) -> JSON {
        let part = provider.ledger.events(since: sequence)
        return [
            "events": .array(part.events.map(\.json)), "next": .of(part.next), "forgotten": .of(part.forgotten),
        ]
    }

    /// By stream, all films that were opened since the counters were reset.
    var films: JSON {
        let tallies = provider.ledger.counters.films.sorted { $0.key < $1.key }
        return .object(
            tallies.map { stream, tally in
                JSON.Member(
                    name: stream,
                    value: [
                        "opened": .of(tally.opened), "peak": .of(tally.peak), "killed": .of(tally.killed),
                        "bytes_sent": .of(tally.sent), "bytes_distinct": .of(tally.coverage.count),
                    ])
            })
    }

    var channels: JSON {
        .array(
            provider.library.channels.map { source in
                let moment = provider.channels[source.id]?.moment()
                return [
                    "id": .of(source.id), "name": .string(source.name), "loaded": .bool(moment != nil),
                    "position_90k": .of(moment?.position ?? 0), "base_90k": .of(moment?.base ?? 0),
                    "loop_90k": .of(moment?.span.plan.length ?? 0),
                ]
            })
    }

    var settings: JSON {
        let rules = provider.settings
        return [
            "max_connections": .of(rules.maxConnections), "over_limit": .string(rules.overLimit.text),
            "one_reader_per_title": .bool(rules.oneReaderPerTitle),
            "foreign_connections": .of(rules.foreignConnections),
            "token_ttl": .string(String(rules.tokenLifetime)), "hops": .of(rules.hops),
            "single_use_tokens": .bool(rules.singleUseTokens),
            "throttle": .string(String(rules.throttle)), "late_notice": .string(String(rules.lateNotice)),
            "rtt": .of(rules.roundTrip), "burst": .string(String(rules.burst)),
            "wrong_login": .string(rules.wrongLogin.rawValue), "account_status": .string(rules.accountStatus),
        ]
    }
}
