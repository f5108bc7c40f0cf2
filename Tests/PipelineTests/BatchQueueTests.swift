import Dispatch
import Model
import Pipeline
import Synchronization
import Testing

struct BatchQueueTests {
    private func task(_ key: String, group: String? = nil) -> StageTask {
        StageTask(key, inputs: [], group: group, label: key)
    }

    private func keys(_ queue: BatchQueue) -> [[String]] {
        var batches: [[String]] = []
        while let (batch, _) = queue.next() {
            batches.append(batch.tasks.map(\.key))
            queue.leave()
        }
        return batches
    }

    @Test func aGroupIsOneBatchInTheOrderOfGroups() {
        let tasks = [task("a1", group: "a"), task("b1", group: "b"), task("a2", group: "a"), task("c")]
        #expect(keys(BatchQueue(tasks, crew: 2)) == [["a1", "a2"], ["b1"], ["c"]])
        #expect(keys(BatchQueue([], crew: 2)) == [])
    }

    @Test func theMachineIsSharedByThoseWhoHaveWork() {
        let queue = BatchQueue((0..<3).map { task("\($0)") }, crew: 2)
        #expect(queue.next()?.sharers == 2)
        #expect(queue.next()?.sharers == 2)
        queue.leave()
        #expect(queue.next()?.sharers == 2, "one is still at work")
        let alone = BatchQueue([task("a")], crew: 8)
        #expect(alone.next()?.sharers == 1)
    }

    @Test func whatIsLeftComesLast() {
        let queue = BatchQueue([task("a"), task("b")], crew: 1)
        _ = queue.next()
        queue.add([[task("a1")], [task("a2")]])
        queue.leave()
        #expect(keys(queue) == [["b"], ["a1"], ["a2"]])
    }

    @Test func theFirstErrorEndsIt() {
        let queue = BatchQueue([task("a"), task("b")], crew: 1)
        let fault = Fault(.diskFull, "the disk is full", at: "/", advice: "Make room.")
        _ = queue.next()
        queue.stop(fault)
        queue.stop(Fault(.internal, "later", at: "", advice: ""))
        #expect(queue.next() == nil && queue.error as? Fault == fault)
        queue.count(2, failed: 1)
        queue.count(1, failed: 0)
        #expect(queue.finished == 3 && queue.failed == 1)
    }

    /// Each batch leaves two smaller ones: nobody goes home before the last, and none is done twice.
    @Test func aCrewGoesHomeTogether() {
        let queue = BatchQueue([task("x")], crew: 4)
        let done = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            while let (batch, _) = queue.next() {
                let key = batch.tasks[0].key
                if key.utf8.count < 7 { queue.add([[task(key + "0")], [task(key + "1")]]) }
                done.withLock { $0.append(key) }
                queue.leave()
            }
        }
        let keys = done.withLock { $0 }
        #expect(keys.count == 127 && Set(keys).count == 127)
    }
}
