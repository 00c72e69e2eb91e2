/// One file of the film set: where it lies in the folder, and what it is made of.
struct FilmRecipe: Sendable {
    enum Origin: Sendable {
        /// Arguments for `ffmpeg`, without the output. `{folder}` stands for the media folder.
        case ffmpeg([String])
        /// Another file of the folder with its bytes changed.
        case edit(of: String, FilmEdit)
        case text(String)
    }

    let path: String
    let origin: Origin

    static func encode(
        _ path: String, _ pattern: TestPattern, audio: [String]? = nil, video: [String],
        sound: [String] = MediaRecipe.aac, format: String
    ) -> FilmRecipe {
        let audio = audio ?? [pattern.audio()]
        let recipe = MediaRecipe(
            path, pattern, audio: audio, video: video, sound: audio.isEmpty ? [] : sound, format: ["-f", format])
        return FilmRecipe(path: path, origin: .ffmpeg(recipe.arguments))
    }

    /// The tracks of another file, untouched, in another container.
    static func remux(
        _ path: String, of source: String, inputs: [String] = [], maps: [String] = ["-map", "0"], format: [String]
    ) -> FilmRecipe {
        FilmRecipe(
            path: path,
            origin: .ffmpeg(
                ["-nostdin", "-v", "error", "-y", "-i", "{folder}/" + source] + inputs + maps
                    + ["-c", "copy", "-map_metadata", "-1", "-fflags", "+bitexact"] + format))
    }
}
