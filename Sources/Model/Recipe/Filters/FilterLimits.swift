extension Recipe {
    /// The section `filter`: the limits of the filters by their keys, in the units of the signals that they judge; or
    /// `none`, which switches all filters off, also those to come and those whose line follows from other sections.
    ///
    /// In JSON an object of all keys, or the word `none`.
    public struct FilterLimits: Codable, Hashable, Sendable {
        /// What the section may be in place of keys.
        static let word = "none"

        /// nil while all filters are off.
        private var limits: [String: Double]?

        /// Each filter's standard.
        public init() { self.init(of: Filters.all) }

        public init(of filters: [Filter]) {
            limits = Dictionary(uniqueKeysWithValues: filters.compactMap(\.limit).map { ($0.key, $0.standard) })
        }

        private init(limits: [String: Double]?) { self.limits = limits }

        /// Every clip passes.
        public static let off = FilterLimits(limits: nil)

        /// The limit of a key, which is without the section's name; nil where there is none, or all filters are off.
        /// Setting one while they are off changes nothing.
        public subscript(key: String) -> Double? {
            get { limits?[key] }
            set { limits?[key] = newValue }
        }

        /// A key that the section lacks takes its standard.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let word = try? container.decode(String.self) {
                guard word == Self.word else {
                    throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(word)' is not 'none'")
                }
                self = .off
            } else {
                let given = try container.decode([String: Double].self)
                limits = Self().limits?.merging(given) { $1 }
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let limits { try container.encode(limits) } else { try container.encode(Self.word) }
        }
    }
}
