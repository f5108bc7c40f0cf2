import Foundation
import Model
import Pipeline
import Synchronization
import Testing

/// Workers are shell and Python scripts: the conversation is proved from outside, with real processes.
@Suite struct WorkerProcessTests {
    private static let roomy = WorkerLimits(seconds: 60, residentBytes: 4 << 30)

    private func worker(_ script: String, limits: WorkerLimits = roomy) -> WorkerProcess {
        WorkerProcess(
            command: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "GREETING": "good day"],
            limits: limits)
    }

    /// The fault that one request meets.
    private func faultOf(_ worker: WorkerProcess, _ request: String = "{}") -> Fault? {
        do throws(Fault) {
            let answer = try worker.process(request, label: "film.mp4")
            Issue.record("no fault but \(answer.prefix(100))")
            return nil
        } catch {
            return error
        }
    }

    private static let echo = #"while read -r line; do printf '{"ok":%s}\n' "$line"; done"#

    @Test func answersComeBackUntouchedFromOneChild() throws {
        let worker = worker(Self.echo)
        #expect(worker.processID == nil)
        let json = #"{"b":[1.50,"ä/\\n"],"a":null}"#
        #expect(try worker.process(json, label: "x") == json)
        let first = worker.processID
        #expect(try worker.process("null", label: "x") == "null")
        #expect(first != nil && worker.processID == first)
        worker.close()
        #expect(worker.processID == nil)
        #expect(try worker.process("3", label: "x") == "3")
    }

    @Test func environmentIsExactlyWhatIsGiven() throws {
        let worker = worker(
            #"read -r line; printf '{"ok":"%s, %s, %s"}\n' "$GREETING" "${HOME-no home}" $SWIFT_BACKTRACE"#)
        #expect(try worker.process("1", label: "x") == #""good day, no home, enable=no""#)
    }

    @Test func faultsOfTheItemKeepTheChild() throws {
        let worker = worker(
            """
            read -r line; echo '{"fault":{"reason":"truncated","what":"w","place":"frame 7","advice":"a"}}'
            read -r line; echo '{"fault":{"reason":"internal","what":"w","place":"","advice":"a"}}'
            read -r line; echo '{"ok":3}'
            """)
        #expect(faultOf(worker) == Fault(.truncated, "w", at: "frame 7", advice: "a"))
        #expect(faultOf(worker) == Fault(.internal, "w", at: "film.mp4", advice: "a"))
        #expect(try worker.process("1", label: "x") == "3")
    }

    @Test(arguments: [
        ("SEGV", "the worker crashed: segmentation fault (signal 11)"),
        ("ILL", "the worker crashed: illegal instruction (signal 4)"),
        ("ABRT", "the worker crashed: aborted (signal 6)"),
        ("TERM", "the worker was ended from outside: terminated (signal 15)"),
        ("KILL", "the worker was killed from outside (signal 9), perhaps by the kernel because memory ran out"),
    ])
    func crashesNameTheSignal(signal: String, what: String) throws {
        let worker = worker("read -r line; kill -\(signal) $$; sleep 60")
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .crashed)
        #expect(fault.what == what)
        #expect(fault.place == "film.mp4")
        #expect(worker.processID == nil)
    }

    @Test func exitTellsCodeAndTheEndOfStandardError() throws {
        let worker = worker(
            """
            read -r line; echo '{"ok":1}'; echo of-the-first-item >&2
            read -r line; i=0; while [ $i -lt 30000 ]; do echo noise-$i; i=$((i+1)); done >&2
            printf 'no such\\033[1m codec\\n\\nlast words\\n' >&2; exit 3
            """)
        _ = try worker.process("1", label: "x")
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .crashed)
        #expect(fault.what.hasPrefix("the worker exited with code 3 before it answered; it said: "))
        #expect(fault.what.hasSuffix("noise-29999 | no such [1m codec | last words"))
        #expect(fault.what.count < 1200 && !fault.what.contains("of-the-first-item"))
    }

    @Test func hangsEndAtTheTimeLimit() throws {
        let worker = worker(
            "echo started >&2; read -r line; exec sleep 300", limits: WorkerLimits(seconds: 0.5, residentBytes: 1 << 30)
        )
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .timedOut)
        #expect(fault.what == "it took longer than the limit of 0.5 s; it said: started")
        #expect(fault.advice.contains("--time-limit"))
        #expect(worker.processID == nil)
    }

    @Test func sleepersThatIgnoreEverythingEndToo() throws {
        let worker = worker(
            "trap '' TERM INT HUP; while :; do sleep 1; done",
            limits: WorkerLimits(seconds: 0.3, residentBytes: 1 << 30))
        #expect(faultOf(worker)?.reason == .timedOut)
    }

    @Test func hungerForMemoryEndsAtTheLimit() throws {
        let limit = 96 << 20
        let worker = worker(
            "read -r line; s=0123456789abcdef; while :; do s=$s$s; sleep 0.1; done",
            limits: WorkerLimits(seconds: 60, residentBytes: limit))
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .outOfMemory)
        #expect(fault.what.hasSuffix("the limit is 96 MiB"))
        #expect(fault.advice.contains("--memory-limit"))
    }

    @Test func itemsAreNotChargedForMemoryOfEarlierOnes() throws {
        // Perl is part of every Debian; it takes 60 MB and keeps them.
        let hoard = #"$| = 1; <STDIN>; vec($s, 60_000_000, 8) = 1; print qq({"ok":1}\n); <STDIN>; print qq({"ok":2}\n)"#
        let worker = worker("exec perl -e '\(hoard)'", limits: WorkerLimits(seconds: 60, residentBytes: 100 << 20))
        #expect(try worker.process("1", label: "x") == "1")
        #expect(worker.processID == nil)
        #expect(try worker.process("1", label: "x") == "1")
    }

    @Test(arguments: [
        "Hello there", #"{"ok":}"#, #"{"ok":1"#, #"{"ok":1} {"ok":2}"#, #"{"fault":{"reason":"tired"}}"#, "",
    ])
    func garbageIsNoAnswer(line: String) throws {
        let worker = worker("read -r line; printf '%s\\n' '\(line)'; exec sleep 300")
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .internal)
        #expect(fault.what.contains("can't be understood: \"\(line)\""))
        #expect(worker.processID == nil)
    }

    @Test func bytesThatAreNotTextAreNoAnswer() throws {
        let worker = worker(#"read -r line; printf '{"ok":"\377"}\n'; exec sleep 300"#)
        #expect(faultOf(worker)?.reason == .internal)
    }

    @Test func twoAnswersToOneRequestNeverReachTheNext() throws {
        let worker = worker(#"while read -r line; do printf '{"ok":1}\n{"ok":"stray"}\n'; done"#)
        #expect(faultOf(worker)?.reason == .internal)
    }

    @Test func anUnaskedLineEndsTheChildBeforeTheNextRequest() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stray-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let worker = worker(
            """
            cd \(folder.path); read -r line; echo '{"ok":"'$$'"}'
            until [ -e go ]; do sleep 0.01; done; echo '{"ok":"stray"}'; touch gone; exec sleep 300
            """)
        let first = try worker.process("1", label: "x")
        try Data().write(to: folder.appendingPathComponent("go"))
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("gone").path) { usleep(1000) }
        try FileManager.default.removeItem(at: folder.appendingPathComponent("go"))
        let second = try worker.process("1", label: "x")
        #expect(second != #""stray""# && second != first)
    }

    @Test func aPartialLineIsNoAnswerButAWholeLastLineIs() throws {
        let partial = worker(#"read -r line; printf '{"ok":1'; exit 0"#)
        let fault = try #require(faultOf(partial))
        #expect(fault.reason == .crashed)
        #expect(fault.what == "the worker exited with code 0 before it answered")

        let last = worker(#"read -r line; echo '{"ok":1}'; exit 9"#)
        for _ in 0..<2 {
            #expect(try last.process("1", label: "x") == "1")
            while last.processID != nil { usleep(1000) }
        }
    }

    @Test func aClosedOutputIsNoticed() throws {
        let worker = worker("read -r line; exec >&-; exec sleep 300")
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .crashed)
        #expect(fault.what.hasPrefix("the worker closed its output"))
    }

    @Test func anExitIsNoticedThoughAGrandchildHoldsTheOutput() throws {
        let worker = worker(#"read -r line; (sleep 5; echo '{"ok":"late"}') & exit 4"#)
        #expect(faultOf(worker)?.what == "the worker exited with code 4 before it answered")
    }

    @Test(arguments: ["kill -SEGV $$", "exit 1", "echo rubbish; exec sleep 300", "exec sleep 300"])
    func afterAFaultAFreshChildAnswers(crash: String) throws {
        let marker = FileManager.default.temporaryDirectory.appendingPathComponent("worker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: marker) }
        let worker = worker(
            "[ -e \(marker.path) ] || { touch \(marker.path); read -r line; \(crash); }; \(Self.echo)",
            limits: WorkerLimits(seconds: 2, residentBytes: 1 << 30))
        #expect(faultOf(worker) != nil)
        #expect(try worker.process("[7]", label: "x") == "[7]")
    }

    @Test func aChildThatDiedIdleIsReplaced() throws {
        let worker = worker(Self.echo)
        _ = try worker.process("1", label: "x")
        let first = try #require(worker.processID)
        kill(first, SIGKILL)
        while worker.processID != nil { usleep(1000) }
        #expect(try worker.process("2", label: "x") == "2")
        #expect(worker.processID != first)
    }

    @Test func megabytesGoBothWays() throws {
        let text = "\"" + String(repeating: "0123456789abcdef", count: 5 << 16) + "\""
        // It answers while it still reads: neither side may wait for the other.
        let streaming = worker(#"printf '{"ok":'; head -c \#(text.utf8.count); printf '}\n'; exec sleep 300"#)
        #expect(try streaming.process(text, label: "x") == text)

        let noisy = worker(
            #"head -c 2000000 /dev/zero | tr '\0' n >&2; head -c \#(text.utf8.count + 1) >/dev/null; echo '{"ok":1}'"#)
        #expect(try noisy.process(text, label: "x") == "1")
    }

    @Test func aChildThatDoesNotReadCanStillCrash() throws {
        let text = "\"" + String(repeating: "x", count: 5 << 20) + "\""
        let worker = worker("sleep 0.2; exit 5")
        #expect(faultOf(worker, text)?.what == "the worker exited with code 5 before it answered")
        let early = self.worker(#"echo '{"ok":1}'; exec sleep 300"#)
        #expect(faultOf(early, text)?.reason == .internal, "an answer to a request that was not read is none")
    }

    @Test func whatCannotStartSaysSo() throws {
        let worker = WorkerProcess(command: ["/nowhere/worker", "-x"], environment: [:], limits: Self.roomy)
        let fault = try #require(faultOf(worker))
        #expect(fault.reason == .busy)
        #expect(fault.what == "a worker can't be started: No such file or directory")
        #expect(fault.place == "/nowhere/worker -x")
    }

    @Test func closeEndsAChildThatWouldNot() throws {
        let polite = worker(Self.echo)
        let stubborn = worker("trap '' TERM; read -r line; echo '{\"ok\":1}'; exec sleep 300")
        for worker in [polite, stubborn] {
            _ = try worker.process("1", label: "x")
            let id = try #require(worker.processID)
            worker.close()
            #expect(kill(id, 0) == -1 && errno == ESRCH)
        }
    }

    @Test func lettingGoEndsTheChild() throws {
        var worker: WorkerProcess? = worker(Self.echo)
        _ = try worker?.process("1", label: "x")
        let id = try #require(worker?.processID)
        worker = nil
        #expect(kill(id, 0) == -1 && errno == ESRCH)
    }

    @Test func theMemoryKillerIsPointedAtTheWorker() throws {
        let worker = worker(#"read -r line; read -r score < /proc/self/oom_score_adj; printf '{"ok":%s}\n' "$score""#)
        #expect(Int(try worker.process("1", label: "x")) ?? 0 >= 500)
    }

    /// Threads that start and lose children all the time: no child inherits a channel of another (else the end of
    /// its input or output would go unnoticed), and nothing stays open. In a process of its own, where only these
    /// workers open files.
    @Test func manyThreadsLeakNothing() async {
        await #expect(processExitsWith: .success) {
            let echoFiles = #"while read -r line; do set -- /proc/self/fd/*; printf '{"ok":"%s"}\n' "$*"; done"#
            let filesOfOneChild = { @Sendable () -> String in
                let worker = WorkerProcess(
                    command: ["/bin/sh", "-c", echoFiles], environment: ["PATH": "/usr/bin:/bin"], limits: Self.roomy)
                let files = (try? worker.process("1", label: "x")) ?? "none"
                if let id = worker.processID { kill(id, SIGKILL) }
                _ = try? worker.process("1", label: "x")
                return files
            }
            let openFiles = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
            let alone = filesOfOneChild()
            #expect(alone.contains("/proc/self/fd/2"))
            let before = try openFiles()

            let answers = Mutex<[String]>([])
            let ended = DispatchSemaphore(value: 0)
            for _ in 0..<8 {
                Thread.detachNewThread {
                    for _ in 0..<6 {
                        let files = filesOfOneChild()
                        answers.withLock { $0.append(files) }
                    }
                    ended.signal()
                }
            }
            for _ in 0..<8 { ended.wait() }
            #expect(answers.withLock { $0 } == Array(repeating: alone, count: 48))
            #expect(try openFiles() == before)
        }
    }
}
