import ExecutorConformance
import Model
import Pipeline

/// The worker that serves `ToyStage`.
@main
enum ToyWorker {
    static func main() {
        WorkerLoop.run { line in try JSON.decode(WorkRequest.self, from: line).answer([ToyStage.self]) }
    }
}
