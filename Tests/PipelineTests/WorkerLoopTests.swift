import Foundation
import Model
import Pipeline
import Testing

/// Each test runs the loop in a process of its own; a thread beside it plays the parent through pipes.
@Suite struct WorkerLoopTests {
    /// Puts pipes in the place of standard input and output; returns the parent's ends.
    private static func connect() -> (requests: FileHandle, answers: FileHandle) {
        let input = Pipe()
        let output = Pipe()
        dup2(input.fileHandleForReading.fileDescriptor, 0)
        dup2(output.fileHandleForWriting.fileDescriptor, 1)
        try? input.fileHandleForReading.close()
        try? output.fileHandleForWriting.close()
        return (input.fileHandleForWriting, output.fileHandleForReading)
    }

    private static func readLine(_ handle: FileHandle) -> String {
        var line = Data()
        while let byte = try? handle.read(upToCount: 1), byte.count == 1, byte != Data("\n".utf8) { line += byte }
        return String(decoding: line, as: UTF8.self)
    }

    private struct Oddity: Error, CustomStringConvertible { var description: String { "odd" } }

    private static func handle(_ request: String) throws -> String {
        switch request {
        case "fault": throw Fault(.corrupt, "w", at: "p", advice: "a")
        case "error": throw Oddity()
        case "pretty": return "{\n  \"a\": 1\n}"
        case "print":
            print("a stray print")
            fflush(nil)
            return "2"
        case "stdin": return "\(FileHandle.standardInput.readDataToEndOfFile().count)"
        default: return request
        }
    }

    @Test func answersLineByLineWhateverIsPrinted() async throws {
        let result = try await #require(processExitsWith: .exitCode(0), observing: [\.standardErrorContent]) {
            let parent = Self.connect()
            Thread.detachNewThread {
                let expected = [
                    ("[1]", #"{"ok":[1]}"#),
                    ("fault", #"{"fault":{"advice":"a","place":"p","reason":"corrupt","what":"w"}}"#),
                    ("pretty", #"{"ok":{   "a": 1 }}"#),
                    ("print", #"{"ok":2}"#),
                    ("stdin", #"{"ok":0}"#),
                    ("\"é\"", #"{"ok":"é"}"#),
                ]
                for (request, answer) in expected {
                    try? parent.requests.write(contentsOf: Data("\(request)\n".utf8))
                    let got = Self.readLine(parent.answers)
                    if got != answer {
                        FileHandle.standardError.write(Data("\(request) -> \(got)\n".utf8))
                        _exit(3)
                    }
                }
                try? parent.requests.write(contentsOf: Data("error\n".utf8))
                let wrapped = Self.readLine(parent.answers)
                if !wrapped.contains(#""reason":"internal","what":"odd""#) { _exit(4) }
                try? parent.requests.close()
            }
            WorkerLoop.run(handle: Self.handle)
        }
        let errors = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(errors.contains("a stray print"))
        #expect(!errors.contains("->"))
    }

    @Test func megabytesGoBothWays() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let parent = Self.connect()
            Thread.detachNewThread {
                let text = "\"" + String(repeating: "0123456789abcdef", count: 5 << 16) + "\""
                try? parent.requests.write(contentsOf: Data("\(text)\n".utf8))
                var answer = Data()
                while answer.last != UInt8(ascii: "\n"), case let more = parent.answers.availableData, !more.isEmpty {
                    answer += more
                }
                if answer != Data("{\"ok\":\(text)}\n".utf8) { _exit(3) }
                try? parent.requests.close()
            }
            WorkerLoop.run(handle: Self.handle)
        }
    }

    /// The item would take minutes and then end in code 5: only an end at once gives 0.
    @Test func theEndOfTheParentEndsAnItemInTheMiddle() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let parent = Self.connect()
            let started = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                try? parent.requests.write(contentsOf: Data("1\n".utf8))
                started.wait()
                try? parent.requests.close()
            }
            WorkerLoop.run { _ in
                started.signal()
                sleep(300)
                _exit(5)
            }
        }
    }

    @Test func aParentThatNoLongerReadsEndsTheWorker() async {
        await #expect(processExitsWith: .exitCode(0)) {
            signal(SIGPIPE, SIG_IGN)
            let parent = Self.connect()
            try? parent.answers.close()
            Thread.detachNewThread { try? parent.requests.write(contentsOf: Data("1\n".utf8)) }
            WorkerLoop.run { $0 }
        }
    }
}
