import Foundation

/// Netflix' picture quality score, 0…100, as the viewer sees it: scaled up to the reference's size.
struct VMAF {
    private let tool: Tool
    private let reference: URL

    init(reference: URL, cache: URL) throws {
        let binary = try PythonPackage.imageioFFmpeg.file(ending: "ffmpeg-linux", in: cache)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: binary.path)
        tool = Tool(name: binary.path, standing: ["-nostdin", "-hide_banner"])
        self.reference = reference
    }

    /// The mean over all pictures of `video`, frame by frame from the first one. A sample of them would not do: any step
    /// beats against the pattern of B pictures, and moves the difference between two encoders by half a point.
    func score(_ video: URL) throws -> Double {
        // Numbered in whole ticks, as fractions would be cut. Without one set of tags on both, ffmpeg converts colours where nothing is to be converted.
        let same = "settb=1/25,setpts=N,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
        let graph =
            "[0:v]\(same),scale=1280:720:flags=bicubic[a];[1:v]\(same)[b];[a][b]libvmaf=n_threads=\(ProcessInfo.processInfo.activeProcessorCount):shortest=1"
        let output = try tool.run(["-i", video.path, "-i", reference.path, "-lavfi", graph, "-f", "null", "-"])
        guard let range = output.range(of: "VMAF score: "),
            let score = Double(output[range.upperBound...].prefix { $0.isNumber || $0 == "." })
        else {
            throw Tool.Failed(command: "libvmaf", output: String(output.suffix(500)))
        }
        return score
    }
}
