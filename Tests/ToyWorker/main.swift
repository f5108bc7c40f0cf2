// The worker that serves `ToyStage`.
import ExecutorConformance
import Model
import Pipeline

WorkerLoop.run { line in try JSON.decode(WorkRequest.self, from: line).answer([ToyStage.self]) }
