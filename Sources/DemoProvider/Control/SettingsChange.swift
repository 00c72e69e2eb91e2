/// `POST /control/settings`: changes what is given, checks all of it first.
struct SettingsChange {
    let provider: Provider

    func apply(_ parameters: ControlParameters) throws(ControlError) {
        var rules = provider.settings
        if let value = try parameters.whole("max_connections", 0...1000) { rules.maxConnections = Int(value) }
        if let value = try parameters.whole("foreign_connections", 0...1000) { rules.foreignConnections = Int(value) }
        if let value = try parameters.flag("one_reader_per_title") { rules.oneReaderPerTitle = value }
        if let value = try parameters.number("token_ttl", 0...86400) { rules.tokenLifetime = value }
        if let value = try parameters.flag("single_use_tokens") { rules.singleUseTokens = value }
        if let value = try parameters.whole("hops", 1...5) { rules.hops = Int(value) }
        if let value = try parameters.number("throttle", 0...1000) { rules.throttle = value }
        if let value = try parameters.number("late_notice", 0...3600) { rules.lateNotice = value }
        if let value = try parameters.whole("rtt", 0...10000) { rules.roundTrip = value }
        if let value = try parameters.number("burst", 0...2) { rules.burst = value }
        if let text = parameters.text("account_status") { rules.accountStatus = text }
        if let text = parameters.text("over_limit") {
            guard let value = ProviderSettings.OverLimit(text) else {
                throw ControlError("over_limit must be kill, slate or a status from 400 to 599")
            }
            rules.overLimit = value
        }
        if let text = parameters.text("wrong_login") {
            guard let value = ProviderSettings.WrongLogin(rawValue: text) else {
                throw ControlError("wrong_login must be auth0, 401, 403 or empty")
            }
            rules.wrongLogin = value
        }
        let changed = rules
        provider.change { $0 = changed }
    }
}
