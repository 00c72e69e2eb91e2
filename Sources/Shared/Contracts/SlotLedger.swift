import Redis

/// The provider's connections as the fleet counts them (`Keys.slots`, `Keys.slotLimit`): read by everyone, set by the one
/// TokenService that leads.
public struct SlotLedger: Sendable {
    private let redis: RedisClient
    private let keys: Keys

    public init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    /// The ledger at one moment. Times are Redis ms.
    public struct Snapshot: Sendable, Equatable {
        public var now: Int64
        /// `stream|epoch` → until when the connection is reserved. A living owner's ends `lease + slotGrace` after its last
        /// renewal.
        public var slots: [String: Int64]
        /// `nil`: no provider has said yet.
        public var limit: Int?
        /// Connections of the operator's other devices, as believed.
        public var foreign: Int
        /// More connections than are ours, seen since `excessSince`, not believed yet; 0: none.
        public var excess: Int
        public var excessSince: Int64
        /// When the provider last answered; 0: never.
        public var checkedAt: Int64
        /// `active`, or a reason's code: what the provider last said of the account; empty: nothing yet.
        public var account: String
        public var maxConnections: Int
        /// `active_cons` of the provider's last answer: ours, other devices', and closed ones it has not noticed yet.
        public var active: Int

        public init(
            now: Int64, slots: [String: Int64] = [:], limit: Int? = nil, foreign: Int = 0, excess: Int = 0,
            excessSince: Int64 = 0, checkedAt: Int64 = 0, account: String = "", maxConnections: Int = 0,
            active: Int = 0
        ) {
            self.now = now
            self.slots = slots
            self.limit = limit
            self.foreign = foreign
            self.excess = excess
            self.excessSince = excessSince
            self.checkedAt = checkedAt
            self.account = account
            self.maxConnections = maxConnections
            self.active = active
        }

        /// Reserved by owners whose lease had ended at `time`.
        public func deadSlots(at time: Int64) -> [(name: String, until: Int64)] {
            slots.filter { $0.value >= now && $0.value - Leases.slotGrace < time }
                .sorted { $0.value < $1.value }.map { (name: $0.key, until: $0.value) }
        }

        /// Reserved now, living and dead owners together.
        public var reserved: Int { slots.values.count { $0 >= now } }
    }

    public func snapshot() async throws -> Snapshot {
        let reply = try await redis.run(Self.readScript, keys: [keys.slots, keys.slotLimit], arguments: [])
        guard let parts = reply.array, parts.count == 3, let now = parts[2].integer else {
            throw RedisError(.protocolViolation, "unexpected answer to slots.read")
        }
        let fields = parts[1].dictionary
        func number(_ name: String) -> Int64 { fields[name]?.integer ?? 0 }
        return Snapshot(
            now: now, slots: parts[0].dictionary.compactMapValues(\.integer),
            limit: fields["limit"]?.integer.map { Int($0) }, foreign: Int(number("foreign")),
            excess: Int(number("excess")), excessSince: number("excess_since"), checkedAt: number("checked_at"),
            account: fields["account"]?.string ?? "", maxConnections: Int(number("max_connections")),
            active: Int(number("active")))
    }

    /// Takes or keeps the lead among the TokenServices: one of them asks the provider for all.
    /// - Parameter lease: milliseconds without renewal after which another may take it.
    /// - Returns: whether `instance` leads now.
    public func lead(instance: String, lease: Int64) async throws -> Bool {
        let reply = try await redis.run(
            Self.leadScript, keys: [keys.slotLimit], arguments: [.text(instance), .integer(lease)])
        return reply.integer == 1
    }

    /// Lets another TokenService lead at once.
    public func resign(instance: String) async throws {
        _ = try await redis.run(Self.resignScript, keys: [keys.slotLimit], arguments: [.text(instance)])
    }

    /// What follows from one answer of the provider.
    public struct Settlement: Sendable, Equatable {
        public var limit: Int
        public var maxConnections: Int
        public var active: Int
        public var foreign: Int
        public var excess: Int
        public var excessSince: Int64
        public var account: String
        /// Dead owners' slots whose connection is gone, each with the value it was seen with.
        public var freed: [String: Int64]
        /// Slots that nobody renews and whose connection the provider still counts, as those lent to viewers, each with the value it was
        /// seen with: they last `extendedBy` ms from now.
        public var extended: [String: Int64]
        public var extendedBy: Int64

        public init(
            limit: Int, maxConnections: Int, active: Int, foreign: Int, excess: Int, excessSince: Int64,
            account: String, freed: [String: Int64] = [:], extended: [String: Int64] = [:], extendedBy: Int64 = 0
        ) {
            self.limit = limit
            self.maxConnections = maxConnections
            self.active = active
            self.foreign = foreign
            self.excess = excess
            self.excessSince = excessSince
            self.account = account
            self.freed = freed
            self.extended = extended
            self.extendedBy = extendedBy
        }
    }

    /// Writes it, if `instance` still leads; frees and extends only slots that nobody has touched since; forgets expired ones.
    /// - Returns: how many slots were freed; `nil` if another leads.
    public func settle(_ settlement: Settlement, instance: String) async throws -> Int? {
        let slots = [settlement.freed, settlement.extended].flatMap { slots in slots.sorted { $0.key < $1.key } }
        let reply = try await redis.run(
            Self.settleScript, keys: [keys.slots, keys.slotLimit],
            arguments: [
                .text(instance), RedisArgument(settlement.limit), RedisArgument(settlement.maxConnections),
                RedisArgument(settlement.foreign), RedisArgument(settlement.excess), .integer(settlement.excessSince),
                .text(settlement.account), RedisArgument(settlement.active), .integer(settlement.extendedBy),
                RedisArgument(settlement.freed.count),
            ] + slots.flatMap { [.text($0.key), .integer($0.value)] })
        return reply.integer.flatMap { $0 >= 0 ? Int($0) : nil }
    }

    private static let readScript = RedisScript("slots.read", RedisTime.prelude + slotsReadLua)
    private static let leadScript = RedisScript("slots.lead", RedisTime.prelude + slotsLeadLua)
    private static let resignScript = RedisScript("slots.resign", slotsResignLua)
    private static let settleScript = RedisScript("slots.settle", RedisTime.prelude + slotsSettleLua)
}
