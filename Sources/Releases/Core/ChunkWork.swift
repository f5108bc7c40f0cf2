import Files
import Foundation
import Model
import Synchronization

/// The second pass: the chunks of a draft, written side by side. Which worker writes which chunk changes no byte.
struct ChunkWork: Sendable {
    let directory: String
    let layouts: [Layout]
    let workers: Int

    private struct State {
        var next = 0
        var files: [ReleaseFile] = []
        var clips = 0
        /// The fault of the earliest chunk that failed.
        var failure: (chunk: Int, error: any Error)?
    }

    /// Writes the chunks that `journal` does not name, and enters each as it is done.
    ///
    /// - Parameter progress: called after each clip, from any thread, one call at a time, with the number of clips
    ///   that are written.
    /// - Returns: the files of all chunks, those of the journal too, in no order.
    func write(
        _ chunks: [ReleaseDraft.PlannedChunk], journal: ExportJournal, progress: @Sendable (Int) -> Void
    ) throws -> [ReleaseFile] {
        var begun = State()
        for planned in chunks {
            guard let files = journal.files(of: planned.chunk) else { continue }
            begun.files += files
            begun.clips += planned.chunk.samples
        }
        if begun.clips > 0 { progress(begun.clips) }
        let remaining = chunks.filter { journal.files(of: $0.chunk) == nil }
        let state = Mutex(begun)
        DispatchQueue.concurrentPerform(iterations: max(1, min(workers, remaining.count))) { _ in
            while true {
                let taken = state.withLock { state -> Int? in
                    guard state.failure == nil, state.next < remaining.count else { return nil }
                    defer { state.next += 1 }
                    return state.next
                }
                guard let taken else { return }
                let chunk = remaining[taken].chunk
                do {
                    let files = try write(remaining[taken]) {
                        state.withLock { state in
                            state.clips += 1
                            progress(state.clips)
                        }
                    }
                    try state.withLock { state in
                        try journal.enter(files, of: chunk)
                        state.files += files
                    }
                } catch {
                    state.withLock { state in
                        if state.failure.map({ taken < $0.chunk }) ?? true { state.failure = (taken, error) }
                    }
                }
            }
        }
        return try state.withLock { state in
            if let failure = state.failure { throw failure.error }
            return state.files
        }
    }

    private func write(_ planned: ReleaseDraft.PlannedChunk, done: () -> Void) throws -> [ReleaseFile] {
        let chunk = planned.chunk
        let writers = try layouts.writers(of: chunk, in: directory)
        let spool = try SpoolReader(chunk.split, in: directory, from: planned.offset)
        for _ in 0..<chunk.samples {
            let clip = try spool.next()
            for writer in writers { try writer.begin(clip.sample) }
            try clip.streamVideo { block in
                for writer in writers { try writer.video(block) }
            }
            for writer in writers { try writer.end(clip.sample) }
            done()
        }
        let files = try writers.flatMap { try $0.finish() }
        if layouts.haveVideos { try syncFileSystem() }
        return files
    }

    /// Makes everything on the release's file system durable: one call for thousands of small files.
    private func syncFileSystem() throws {
        let folder = try Fault.ofRelease("cannot open the directory", at: directory) {
            try Descriptor(directory, .folder)
        }
        try Fault.ofRelease("cannot make the files durable", at: directory) {
            try folder.syncFileSystem()
        }
    }
}
