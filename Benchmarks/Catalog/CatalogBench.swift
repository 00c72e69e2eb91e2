import ArgumentParser
import Foundation
import TestSupport

/// A catalog as long as a real one: loading it, what it costs in memory, and searching it.
struct CatalogBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "57,000 films and 14,000 series: load time, memory, and how quickly searches and pages are answered.")

    @Option(help: "Films in the provider's list.") var films = 57_000
    @Option(help: "Series in the provider's list.") var series = 14_000
    @Option(help: "Requests of each kind.") var runs = 300
    @OptionGroup var strictness: Strictness

    /// Seconds.
    private static let answerBound = 0.050
    /// Bytes, for both lists together.
    private static let gatewayBound = 64 << 20
    private static let tokenServiceBound = 48 << 20
    private static let lists = ["vod", "series"]

    func validate() throws {
        guard (0...200_000).contains(films), (0...200_000).contains(series) else {
            throw ValidationError("--films and --series take 0…200000, as 57000")
        }
        guard (1...100_000).contains(runs) else { throw ValidationError("--runs takes 1…100000, as 300") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        var options = DashStack.Options()
        options.gateways = 2
        options.providerOptions = ["--padding-films", "\(films)", "--padding-series", "\(series)"]
        let table = try await BenchStack.with(options) { bench in
            var table = FigureTable("catalog of \(films) films and \(series) series")
            try await load(bench.stack, &table)
            for list in Self.lists { try await answer(bench.stack, list, &table) }
            return table
        }
        table.show()
        return table.isWithinBounds
    }

    private func load(_ stack: DashStack, _ table: inout FigureTable) async throws {
        let gateway = ProcessMemory(stack.gateways[0].pid)
        let tokenService = ProcessMemory(stack.tokenServices[0].pid)
        for list in Self.lists {
            let cold = try await first(stack.urls[0], list)
            table.seconds("\(list): first request, asked of the provider → first page", cold)
        }
        table.megabytes("token service, growth at its highest", tokenService.peak, atMost: Self.tokenServiceBound)
        table.megabytes("gateway, growth at its highest", gateway.peak, atMost: Self.gatewayBound)
        table.megabytes("gateway, growth after loading", gateway.growth, atMost: nil)
        for list in Self.lists {
            table.seconds("\(list): another gateway's first request → first page", try await first(stack.urls[1], list))
        }
    }

    /// Seconds until there is a page. A first load may take longer than one request is held.
    private func first(_ url: String, _ list: String) async throws -> Double {
        let start = ContinuousClock.now
        for _ in 0..<20 {
            let answer = try await SimpleHTTP.send("GET", "\(url)/api/catalog/\(list)?limit=50", seconds: 60)
            if answer.status == 200 { return Self.seconds(since: start) }
            guard answer.status == 503 else { throw Viewing.Refused(status: answer.status, text: answer.text) }
        }
        throw DashStack.NotReady(description: "\(list) was not loaded")
    }

    private func answer(_ stack: DashStack, _ list: String, _ table: inout FigureTable) async throws {
        let words = ["amelie", "chateau express", "the", "e", "nuit sans fin", "2001", "nothing like it", "zurich 7"]
        let kinds: [(String, (Int) -> String)] = [
            ("search", { "search=\(words[$0 % words.count].replacing(" ", with: "%20"))" }),
            ("page of 50", { "page=\($0 * 7 % 200 + 1)" }), ("page of 500", { "limit=500&page=\($0 % 20 + 1)" }),
            ("category, newest first", { "category=\((list == "vod" ? 100 : 200) + $0 % 20)&sort=added" }),
        ]
        for (name, query) in kinds {
            var samples = Samples()
            for run in 0..<runs {
                let start = ContinuousClock.now
                let answer = try await SimpleHTTP.send("GET", "\(stack.urls[0])/api/catalog/\(list)?\(query(run))")
                guard answer.status == 200 else { throw Viewing.Refused(status: answer.status, text: answer.text) }
                samples.add(Self.seconds(since: start))
            }
            table.seconds("\(list), \(name): median", samples.median)
            table.seconds("\(list), \(name): p95", samples.p95, atMost: Self.answerBound)
        }
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        (ContinuousClock.now - start) / .seconds(1)
    }
}

extension FigureTable {
    /// Bytes of memory that must not be exceeded.
    mutating func megabytes(_ name: String, _ value: Int, atMost limit: Int?) {
        let text = "\((value + (1 << 19)) >> 20) MB"
        guard let limit else { return note(name, text) }
        require(name, text, "≤ \(limit >> 20) MB", isMet: value <= limit)
    }
}
