import Model
import Pages

/// A file that travels inside the program and that browsers load. The list is all there is: what is not here is not
/// served.
struct Asset {
    let bytes: [UInt8]
    let type: String
    /// Its entity tag.
    let tag: String

    private init(_ bytes: [UInt8], _ type: String) {
        self.bytes = bytes
        self.type = "\(type); charset=utf-8"
        tag = "\"\(Digest(of: bytes).hex.prefix(32))\""
    }

    static let all: [String: Asset] = {
        let styles = [
            "base.css": StyleSheet.base + PackageResources.controls_css, "review.css": PackageResources.review_css,
            "curator.css": PackageResources.curator_css,
        ]
        let scripts = [
            "caption.js": PackageResources.caption_js, "deck.js": PackageResources.deck_js,
            "element.js": PackageResources.element_js,
            "notices.js": PackageResources.notices_js, "scene.js": PackageResources.scene_js,
            "facts.js": PackageResources.facts_js, "keys.js": PackageResources.keys_js,
            "outbox.js": PackageResources.outbox_js, "picture.js": PackageResources.picture_js,
            "player.js": PackageResources.player_js, "progress.js": PackageResources.progress_js,
            "review.js": PackageResources.review_js, "server.js": PackageResources.server_js,
            "timeline.js": PackageResources.timeline_js, "trim.js": PackageResources.trim_js,
            "words.js": PackageResources.words_js, "curator.js": PackageResources.curator_js,
        ]
        let pages = ["review.html": PackageResources.review_html]
        return [
            (styles, "text/css"), (scripts, "text/javascript"), (curatorScripts, "text/javascript"),
            (pages, "text/html"),
        ]
        .reduce(into: [:]) { all, kind in
            for (name, bytes) in kind.0 { all[name] = Asset(bytes, kind.1) }
        }
    }()
}
