extension ReleaseDescription {
    /// How far the experts agree: what the card says of it. No names.
    public struct Agreement: Hashable, Sendable {
        /// One measure, such as Krippendorff's alpha of accept, reject and unsure.
        public struct Measure: Hashable, Sendable {
            /// What is measured and how, in words.
            public var name: String
            /// -1...1; nil where it is undefined, as when all said the same throughout.
            public var value: Double?
            /// Of 95 % confidence.
            public var interval: ClosedRange<Double>?
            /// Clips with two voices or more, out of which it is made.
            public var clips: Int

            public init(_ name: String, value: Double?, interval: ClosedRange<Double>? = nil, clips: Int) {
                self.name = name
                self.value = value
                self.interval = interval
                self.clips = clips
            }
        }

        /// Who has decided.
        public var reviewers: Int
        /// In force.
        public var decisions: Int
        public var measures: [Measure]

        public init(reviewers: Int, decisions: Int, measures: [Measure]) {
            self.reviewers = reviewers
            self.decisions = decisions
            self.measures = measures
        }
    }
}
