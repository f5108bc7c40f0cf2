import Model

extension Annotation {
    /// A line of `provenance.jsonl` (`schemas/annotation.schema.json`), as UTF-8 without a newline: sorted keys, each of one
    /// type and never null.
    var json: [UInt8] {
        JSONNode.members([
            ("at", .text(at)),
            ("clip_id", .text(clipId.rawValue)),
            ("id", .text(id)),
            ("kind", .text(kind.rawValue)),
            ("level", .text(level)),
            ("reasons", .list(reasons.map { .text($0) })),
            ("value", .text(value)),
            ("was_attributed_to", .text(wasAttributedTo)),
            ("was_derived_from", .text(wasDerivedFrom)),
            ("was_generated_by", .text(wasGeneratedBy)),
        ]).bytes
    }
}
