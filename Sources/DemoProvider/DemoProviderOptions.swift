import ArgumentParser

/// The command line as it was written; `DemoProviderConfiguration` adds the environment and checks.
struct DemoProviderOptions: ParsableArguments {
    @Option(help: "Address to bind.") var host: String?
    @Option(help: "Port of the panel; 0 takes a free one. (default: 8880)") var port: String?
    @Option(help: "Port of the delivery host (CDN); 0 takes a free one. (default: 0)") var cdnPort: String?
    @Option(help: "Host name in redirects. (default: the one the client used)") var cdnHost: String?
    @Option(help: "Folder with live/, movies/ and series/. (default: a set made with ffmpeg)") var media: String?
    @Option(help: "Make the demo media in this folder and exit.") var makeMedia: String?
    @Option(help: "Account name. (default: demo)") var user: String?
    @Option(help: "Account password. (default: demo)") var password: String?
    @Option(help: "Connections the account may have, 0...1000. (default: 5)") var maxConnections: String?
    @Option(help: "Over the limit: kill (the oldest), slate, or a status. (default: kill)") var overLimit: String?
    @Option(help: "Seconds for which a token opens connections. (default: 60)") var tokenTtl: String?
    @Option(help: "Redirects before the media, 1...5. (default: 1)") var hops: String?
    @Option(help: "Film speed after 3 %, in multiples of its bit rate; 0 is unlimited. (default: 0)")
    var throttle: String?
    @Option(help: "Seconds for which a closed connection still counts. (default: 0)") var lateNotice: String?
    @Option(help: "Milliseconds of added round-trip time. (default: 0)") var rtt: String?
    @Option(help: "Seconds of the past that a live connection gets at once, 0...2. (default: 2)") var burst: String?
    @Option(help: "Extra films in the lists, to make the catalog big. (default: 0)") var paddingFilms: String?
    @Option(help: "Extra series in the lists. (default: 0)") var paddingSeries: String?
    @Option(help: "Append the connection log to this file, one JSON object a line.") var log: String?
    @Flag(help: "Ask the provider that runs on --port of this machine; exit code 0 if it answers, else 1.")
    var healthcheck = false
    @Flag(help: "Stop when standard input ends, so that a parent's death stops it.") var stopWithInput = false
}
