extension Croissant {
    /// The JSON-LD context of Croissant 1.1 as mlcroissant 1.1 wants it, and PROV's prefix. With the context of 1.0 a
    /// document validates, and gives no records.
    static var context: JSONNode {
        let terms = [
            "annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field",
            "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath",
            "key",
            "md5", "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
            "separator", "source", "subField", "transform",
        ]
        var context = Dictionary(uniqueKeysWithValues: terms.map { ($0, JSONNode.text("cr:" + $0)) })
        context["@language"] = .text("en")
        context["@vocab"] = .text("https://schema.org/")
        context["conformsTo"] = .text("dct:conformsTo")
        context["cr"] = .text("http://mlcommons.org/croissant/")
        context["data"] = .object(["@id": .text("cr:data"), "@type": .text("@json")])
        context["dataType"] = .object(["@id": .text("cr:dataType"), "@type": .text("@vocab")])
        context["dct"] = .text("http://purl.org/dc/terms/")
        context["description"] = .object(["@container": .text("@language")])
        context["examples"] = .object(["@id": .text("cr:examples"), "@type": .text("@json")])
        context["name"] = .object(["@container": .text("@language")])
        context["prov"] = .text("http://www.w3.org/ns/prov#")
        context["rai"] = .text("http://mlcommons.org/croissant/RAI/")
        context["sc"] = .text("https://schema.org/")
        return .object(context)
    }
}
