/// An image encoder of a few hundred bytes whose answers can be told by hand, as an ONNX file.
///
/// It takes 32-bit floats, 1 x 3 x height x width (or channels last), and gives the means r, g and b of the three
/// channels and their sum: (r, g, b, r + g + b).
public enum TinyEncoder {
    public static func onnx(width: Int, height: Int, channelsLast: Bool = false) -> [UInt8] {
        let shape = channelsLast ? [1, height, width, 3] : [1, 3, height, width]
        let matrix: [Float] = [1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1]
        let axes = channelsLast ? [1, 2] : [2, 3]
        let mean = node("ReduceMean", ["pictures"], "means", [ints("axes", axes), ints("keepdims", 0)])
        let product = node("MatMul", ["means", "matrix"], "embedding", [])
        let graph =
            block(1, mean) + block(1, product) + block(2, "tiny") + block(5, tensor("matrix", [3, 4], matrix))
            + block(11, port("pictures", shape)) + block(12, port("embedding", [1, 4]))
        return number(1, 8) + block(7, graph) + block(8, block(1, "") + number(2, 13))
    }

    // Protobuf: field numbers as in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

    private static let float = 1

    private static func node(
        _ operation: String, _ inputs: [String], _ output: String, _ attributes: [[UInt8]]
    ) -> [UInt8] {
        inputs.flatMap { block(1, $0) } + block(2, output) + block(4, operation) + attributes.flatMap { block(5, $0) }
    }

    private static func ints(_ name: String, _ values: [Int]) -> [UInt8] {
        block(1, name) + values.flatMap { number(8, $0) } + number(20, 7)
    }

    private static func ints(_ name: String, _ value: Int) -> [UInt8] {
        block(1, name) + number(3, value) + number(20, 2)
    }

    private static func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> [UInt8] {
        let bytes = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
        return shape.flatMap { number(1, $0) } + number(2, float) + block(8, name) + block(9, bytes)
    }

    private static func port(_ name: String, _ shape: [Int]) -> [UInt8] {
        let dims = shape.flatMap { block(1, number(1, $0)) }
        return block(1, name) + block(2, block(1, number(1, float) + block(2, dims)))
    }

    private static func number(_ field: Int, _ value: Int) -> [UInt8] { varint(field << 3) + varint(value) }

    private static func block(_ field: Int, _ text: String) -> [UInt8] { block(field, Array(text.utf8)) }

    private static func block(_ field: Int, _ content: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(content.count) + content
    }

    private static func varint(_ value: Int) -> [UInt8] {
        var (rest, out) = (UInt(value), [UInt8]())
        while rest > 127 {
            out.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return out + [UInt8(rest)]
    }
}
