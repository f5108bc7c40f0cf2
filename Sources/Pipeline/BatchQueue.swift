internal import Foundation

/// Tasks that one call of `process` serves.
package struct Batch: Sendable {
    package let tasks: [StageTask]
    var label: String { tasks[0].label }
}

/// Batches in order, handed to a crew of threads that goes home together: whoever finds none waits as long as another
/// is at work, which may leave more.
package final class BatchQueue: @unchecked Sendable {
    private let crew: Int
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var batches: [Batch] = []
    private var position = 0
    private var inWork = 0
    private var finishedTasks = 0
    private var failedTasks = 0
    private var firstError: (any Error)?

    /// Tasks of one group are one batch, in the order of their groups.
    package init(_ tasks: [StageTask], crew: Int) {
        self.crew = crew
        let groups = Dictionary(grouping: tasks, by: \.group)
        var seen: Set<String> = []
        add(tasks.compactMap { seen.insert($0.group).inserted ? groups[$0.group] : nil })
    }

    package var error: (any Error)? { condition.withLock { firstError } }
    /// Tasks that ended, and those of them that failed.
    package var finished: Int { condition.withLock { finishedTasks } }
    package var failed: Int { condition.withLock { failedTasks } }

    /// The next batch, and how many of the crew, the caller among them, have work now or find some. nil when all is
    /// done, or the queue was stopped. Whoever took one calls `leave` after it.
    package func next() -> (batch: Batch, sharers: Int)? {
        condition.withLock {
            while firstError == nil, position == batches.count, inWork > 0 { condition.wait() }
            guard firstError == nil, position < batches.count else { return nil }
            let batch = batches[position]
            position += 1
            inWork += 1
            return (batch, min(crew, inWork + batches.count - position))
        }
    }

    package func leave() {
        condition.withLock {
            inWork -= 1
            condition.broadcast()
        }
    }

    package func add(_ more: [[StageTask]]) {
        condition.withLock {
            for tasks in more { batches.append(Batch(tasks: tasks)) }
            condition.broadcast()
        }
    }

    package func count(_ tasks: Int, failed: Int) {
        condition.withLock {
            finishedTasks += tasks
            failedTasks += failed
        }
    }

    package func stop(_ error: any Error) {
        condition.withLock {
            if firstError == nil { firstError = error }
            condition.broadcast()
        }
    }
}
