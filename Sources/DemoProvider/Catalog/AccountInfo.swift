import FoundationEssentials

/// The answer to a login: account and server, with most numbers as strings.
struct AccountInfo {
    let provider: Provider
    let rules: ProviderSettings
    let host: String
    let port: Int

    var json: JSON {
        let now = Int64(Date().timeIntervalSince1970)
        let expired = rules.accountStatus == "Expired"
        return [
            "user_info": [
                "username": .string(rules.user), "password": .string(rules.password), "message": "", "auth": 1,
                "status": .string(rules.accountStatus), "exp_date": .text(now + (expired ? -86400 : 300 * 86400)),
                "is_trial": "0", "active_cons": .text(provider.ledger.activeConnections(rules)),
                "created_at": .text(now - 100 * 86400), "max_connections": .text(rules.maxConnections),
                "allowed_output_formats": ["m3u8", "ts"],
            ],
            "server_info": [
                "url": .string(host), "port": .text(port), "https_port": "443", "server_protocol": "http",
                "rtmp_port": "8001", "timezone": "UTC", "timestamp_now": .of(now),
                "time_now": .string(GuideTime(now).readable), "process": true,
            ],
        ]
    }
}
