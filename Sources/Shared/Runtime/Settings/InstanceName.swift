import FoundationEssentials

/// Makes the name under which one process is known to the fleet: `transcoder-host-4711-9f3a`.
enum InstanceName {
    /// Letters, digits and `-` of ASCII: safe in keys, labels and log lines.
    @Sendable static func isAllowed(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-")
    }

    /// The random part keeps two containers with equal host name and pid apart.
    static func unique(_ service: ServiceKind) -> String {
        let host = ProcessInfo.processInfo.hostName.prefix { $0 != "." }.filter(isAllowed).prefix(30)
        let chance = String(UInt16.random(in: 0x1000...0xFFFF), radix: 16)
        return
            "\(service.rawValue)-\(host.isEmpty ? "host" : String(host))-\(ProcessInfo.processInfo.processIdentifier)-\(chance)"
    }
}
