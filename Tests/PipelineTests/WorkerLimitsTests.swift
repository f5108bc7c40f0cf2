import Model
import Pipeline
import Testing

@Suite struct WorkerLimitsTests {
    @Test(arguments: [
        ("90s", 90.0), ("90", 90), ("30m", 1800), ("30 min", 1800), ("1.5h", 5400), ("2H", 7200), ("1d", 86400),
        ("0.25s", 0.25),
    ])
    func timesAreRead(text: String, seconds: Double) throws {
        #expect(try WorkerLimits.seconds(from: text) == seconds)
    }

    @Test(arguments: [
        ("4G", 4 << 30), ("4GB", 4 << 30), ("4GiB", 4 << 30), ("512M", 512 << 20), ("512 m", 512 << 20), ("1.5k", 1536),
        ("1T", 1 << 40), ("1000", 1000), ("7B", 7),
    ])
    func amountsOfMemoryAreRead(text: String, bytes: Int) throws {
        #expect(try WorkerLimits.bytes(from: text) == bytes)
    }

    @Test(arguments: [
        "", " ", "s", "G", "0", "0s", "0M", "-1s", "-4G", "1e3", "0x10", "nan", "inf", "soon", "4X", "1h30", "1..5h",
        "4,5G",
        "٣s", "99999999999999999999G", "99999999999999999999h",
    ])
    func nonsenseIsAFault(text: String) {
        let time = #expect(throws: Fault.self) { try WorkerLimits.seconds(from: text) }
        #expect(time?.place == "--time-limit" && time?.reason == .invalid)
        let memory = #expect(throws: Fault.self) { try WorkerLimits.bytes(from: text) }
        #expect(memory?.place == "--memory-limit" && memory?.what == "\"\(text)\" is not an amount of memory")
    }

    @Test func whatIsGivenTakesThePlaceOfTheStagesOwn() throws {
        let own = WorkerLimits(seconds: 60, residentBytes: 1 << 30)
        func limits(_ time: String?, _ memory: String?) throws -> WorkerLimits {
            try LimitOverride(time: time, memory: memory).applied(to: own)
        }
        #expect(try limits("30m", "4G") == WorkerLimits(seconds: 1800, residentBytes: 4 << 30))
        #expect(try limits(nil, "4G") == WorkerLimits(seconds: 60, residentBytes: 4 << 30))
        #expect(try limits("30m", nil) == WorkerLimits(seconds: 1800, residentBytes: 1 << 30))
        #expect(try limits(nil, nil) == own)
        #expect(throws: Fault.self) { try limits("30m", "4 gigs") }
        #expect(throws: Fault.self) { try limits("4G", "4G") }
    }
}
