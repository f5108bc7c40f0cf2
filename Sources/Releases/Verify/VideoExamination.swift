import Model

/// The part of verification that reads `videos/`.
extension ReleaseExamination {
    /// Holds the videos against the clips: each has its file there, and its caption beside it where a layout asks.
    func examineVideos(texts: Bool, present: Set<String>) {
        for (id, clip) in expected.sorted(by: { $0.key < $1.key }) {
            let video = VideoFolder.path(id, clip.split, "mp4")
            if expect(video, to: "its hash is not the one of the clip", clip.sha256, present) {
                let frames = decode(root + "/" + video, clip.sha256, video, "")
                if let frames, frames != clip.frames {
                    note(.undecodable, video, "it decodes to \(frames) frames, and its clip has \(clip.frames)")
                }
            }
            guard texts else { continue }
            let text = VideoFolder.path(id, clip.split, "txt")
            _ = expect(text, to: "it is not the clip's caption", clip.caption, present)
        }
    }

    private func expect(_ path: String, to what: String, _ digest: Digest, _ present: Set<String>) -> Bool {
        guard present.contains(path) else {
            note(.missing, path, "\(ReleasePath.clips) lists its clip")
            return false
        }
        hash(path)
        guard let found = digests[path], found != digest else { return digests[path] != nil }
        note(.mismatch, path, what)
        return false
    }
}
