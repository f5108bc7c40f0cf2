/// A caption in its normal form, with every change explained. One output line of `normalize`, less its `id`.
public struct NormalizedCaption: Codable, Hashable, Sendable {
    /// One change: the fragment that changed, up to the neighbouring spaces, as it was and as it became.
    public struct Edit: Codable, Hashable, Sendable {
        /// The rule's name, such as `url` or `number_unit`; see docs and `Normalizer.ruleNames`.
        public var rule: String
        public var before: String
        public var after: String

        public init(rule: String, before: String, after: String) {
            self.rule = rule
            self.before = before
            self.after = after
        }
    }

    /// Things that a curator should look at and that no rule changes.
    public enum Flag: String, Codable, Sendable, CaseIterable {
        /// No word is left.
        case empty
        /// Fewer than `CaptionFlags.fewWords` words.
        case veryShort = "very_short"
        /// More than `CaptionFlags.manyWords` words.
        case veryLong = "very_long"
        /// Speaks of what is heard; clips have no sound.
        case mentionsSound = "mentions_sound"
        case firstPerson = "first_person"
        /// A sentence of three words or more stands twice.
        case repeatedSentence = "repeated_sentence"
        /// Looks like UTF-8 that was read as something else, or holds a replacement character.
        case mojibake
        /// A word of promotion in a sentence that the rules could not take apart.
        case promotion
    }

    /// Unicode NFC, one line, no control characters, no space at either end.
    public var text: String
    /// In the order in which they were made; empty exactly when `text` is the input.
    public var edits: [Edit]
    /// Raw values of `Flag`, in that enumeration's order.
    public var flags: [String]

    public init(text: String, edits: [Edit], flags: [String]) {
        self.text = text
        self.edits = edits
        self.flags = flags
    }
}
