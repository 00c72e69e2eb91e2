import Runtime

/// The transcoder: a worker that owns live channels.
@main
enum TranscoderMain {
    static func main() async {
        await ServiceHost.main(.transcoder) { try await buildTranscoder($0) }
    }
}
