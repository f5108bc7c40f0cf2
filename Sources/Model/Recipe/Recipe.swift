/// Every parameter of a dataset, as a YAML file in `manifests/` fixes it. Keys left out take the defaults here.
///
/// Each stage's fingerprint holds only the section that it reads, so a change makes only that stage's work pending.
public struct Recipe: Codable, Hashable, Sendable {
    public var name = "unnamed"
    public var version = "1"
    /// What the dataset is, for its card.
    public var description = ""
    /// The main profile, by name: a built-in one or one of `profiles`.
    public var profile = Profile.wan.name
    /// Further profiles, beside the built-in ones.
    public var profiles: [Profile] = []
    public var scan = Scan()
    public var detect = Detect()
    public var propose = Propose()
    public var filter = FilterLimits()
    public var dedup = Dedup()
    public var caption = Caption()
    public var labels = Labels()
    public var review = Review()
    public var export = Export()
    public var targets = Targets()

    public init() {}

    /// What one decode measures. A change decodes again.
    public struct Scan: Codable, Hashable, Sendable {
        /// Seconds of playing time between sampled pictures (hashes, thumbnails, border, sharpness).
        public var sampleSeconds = 0.5
        /// Longer side of a thumbnail, pixels.
        public var thumbnailSize = 240
        /// The image encoder of `detect.detector: similarity`.
        public var encoder = ImageEncoder()
        public init() {}
    }

    /// An ONNX image encoder: RGB pictures in, one embedding each out.
    public struct ImageEncoder: Codable, Hashable, Sendable {
        /// Path of the ONNX file, relative to the recipe; empty for none.
        public var model = ""
        public var width = 224
        public var height = 224
        /// Of R, G, B, in units of 0...1: a sample x goes in as (x / 255 - mean) / deviation.
        public var mean = [0.485, 0.456, 0.406]
        public var deviation = [0.229, 0.224, 0.225]
        public init() {}
    }

    /// Shot boundaries from the frame track. A change decodes nothing.
    public struct Detect: Codable, Hashable, Sendable {
        public enum Detector: String, Codable, Sendable, CaseIterable {
            /// `fused` where the scan has neural scores, else `embedded`.
            case auto
            /// Signals of the frame track alone.
            case embedded
            /// TransNetV2 alone.
            case neural
            /// Both together.
            case fused
            /// A cut where the embeddings of neighbouring frames are less similar than `similarityThreshold`.
            case similarity
        }

        public var detector = Detector.auto
        /// 0...1: TransNetV2's probability from which on a frame is a boundary.
        public var neuralThreshold = 0.5
        /// -1...1: cosine similarity of neighbouring frames' embeddings below which there is a cut.
        public var similarityThreshold = 0.85
        /// 0...1: higher finds fewer cuts.
        public var cutThreshold = 0.5
        /// 0...1: higher finds fewer dissolves, fades and wipes.
        public var gradualThreshold = 0.5
        /// Frames: a shot shorter than this is a flash, not a shot.
        public var minShotFrames = 4
        public init() {}
    }

    /// Clip spans from shots.
    public struct Propose: Codable, Hashable, Sendable {
        /// What happens to the rest of a shot that a profile of fixed length doesn't fill.
        public enum Rest: String, Codable, Sendable, CaseIterable {
            /// A shorter clip, where it is at least `minSeconds` long.
            case keep
            /// Proposed and rejected as too short, so that the funnel shows it.
            case drop
            /// One more full clip that ends where the shot ends and overlaps the one before.
            case overlap
        }

        public var minSeconds = 2.0
        public var maxSeconds = 10.0
        public var rest = Rest.keep
        public init() {}
    }

    public struct Dedup: Codable, Hashable, Sendable {
        /// Hamming distance (of 256 bits) up to which two pictures match.
        public var maxDistance = 31
        /// Hashes with a lower quality (0...100) are not compared.
        public var minQuality = 50
        /// Matching pictures that must agree on one time offset.
        public var minMatches = 3
        /// Share of the shorter clip's compared pictures that must match, 0...1.
        public var minShare = 0.5
        /// Spans of one source that share at least this part of the shorter one show the same footage, 0...1.
        public var minOverlap = 0.5
        public init() {}
    }

    public struct Caption: Codable, Hashable, Sendable {
        public enum Part: String, Codable, Sendable { case title, description, subtitles }
        /// Parts of a source's sidecar that make up the raw caption where no caption file gives one.
        public var from: [Part] = [.title, .description, .subtitles]
        /// A clip without text is not released.
        public var required = true
        public init() {}
    }

    public struct Labels: Codable, Hashable, Sendable {
        /// The values of the facet `level`.
        public var level = ["organ", "cellular", "subcellular"]
        public init() {}
    }

    public struct Review: Codable, Hashable, Sendable {
        /// Experts who must agree.
        public var quorum = 2
        /// Reasons for a rejection that reviewers may give.
        public var reasons = [
            "not_microscopic", "wrong_caption", "overlay", "poor_quality", "misleading", "duplicate", "other",
        ]
        /// Frames at each end by which a new proposal may differ from a decided clip and still inherit its decisions.
        public var carryOverFrames = 0
        /// A reviewer gets a clip of known answer as every so many-th one, while there are some; 0 for never.
        public var goldEvery = 20
        /// What a reviewer learns of a known answer.
        public var goldFeedback = GoldFeedback.none
        public init() {}

        public enum GoldFeedback: String, Codable, Sendable, CaseIterable {
            /// Nothing: only curators see how often a reviewer is right.
            case none
            /// The known answer, after their own.
            case answer
        }
    }

    public struct Export: Codable, Hashable, Sendable {
        public var seed = 1
        /// Share of clips in each split; the rest of 1 is `train`.
        public var validation = 0.05
        public var test = 0.05
        /// Limits of one shard.
        public var shardSamples = 10_000
        public var shardBytes = 1_000_000_000
        /// What the card and `croissant.json` say of the dataset; "" leaves it out.
        public var creator = ""
        public var url = ""
        public var citation = ""
        /// Of the dataset as a whole; clips keep their own.
        public var licence = ""
        /// Where to ask for a clip to be taken down.
        public var contact = ""
        public init() {}
    }

    /// What the dataset aims at; `status` and the card compare.
    public struct Targets: Codable, Hashable, Sendable {
        public var clips: Int?
        /// Share of each level, percent.
        public var levels: [String: Double] = [:]
        /// Counts at each step of the funnel.
        public var funnel: [String: Int] = [:]
        public init() {}

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(clips, forKey: .clips)
            try container.encode(levels, forKey: .levels)
            try container.encode(funnel, forKey: .funnel)
        }
    }

    /// The built-in profiles and the recipe's own; an own one of the same name wins.
    public var allProfiles: [Profile] {
        Profile.builtIn.filter { builtIn in !profiles.contains { $0.name == builtIn.name } } + profiles
    }

    public func profile(named name: String) -> Profile? { allProfiles.first { $0.name == name } }

    /// The profile that the recipe names. `RecipeDocument` has checked that it exists.
    public var mainProfile: Profile { profile(named: profile) ?? .wan }
}
