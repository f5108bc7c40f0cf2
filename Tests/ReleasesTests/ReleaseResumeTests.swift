import Foundation
import Model
import Releases
import Testing

@Suite struct ReleaseResumeTests {
    let fixture: ReleaseFixture
    /// Seven shards of train and test.
    let description = ReleaseFixture.description(samples: 2)
    var staging: String { fixture.root + "/.release.partial" }

    init() throws { fixture = try ReleaseFixture() }

    private func inode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }

    /// An export that stops at the last clip, whose rendition is not there; that is put back.
    private func stop(_ clips: [ReleaseClip]) throws {
        let last = try #require(clips.last { $0.split == .test }).rendition.path
        try FileManager.default.moveItem(atPath: last, toPath: last + ".away")
        #expect(fault { try fixture.release(clips, description, workers: 1) }?.place == last)
        try FileManager.default.moveItem(atPath: last + ".away", toPath: last)
        #expect(!FileManager.default.fileExists(atPath: fixture.root + "/release"))
    }

    @Test func it_goes_on_from_the_complete_shards_and_ends_with_the_same_bytes() throws {
        let clips = try fixture.clips(12)
        try stop(clips)
        let kept = try inode(staging + "/train-000000.tar")
        let video = "videos/train/\(clips[0].id).mp4"
        let keptVideo = try inode("\(staging)/\(video)")
        try fixture.release(clips, description, resume: true)
        #expect(try inode(fixture.root + "/release/train-000000.tar") == kept)
        #expect(try inode("\(fixture.root)/release/\(video)") == keptVideo)
        try fixture.release(clips, as: "whole", description)
        #expect(try fixture.contents() == fixture.contents("whole"))
        #expect(try ReleaseVerifier().verify(fixture.root + "/release").isSound)
    }

    @Test func a_resume_that_fails_again_keeps_what_is_complete() throws {
        let clips = try fixture.clips(12)
        try stop(clips)
        let kept = try inode(staging + "/train-000000.tar")
        var unfit = clips
        unfit[11].caption = "\u{7}"
        #expect(fault { try fixture.release(unfit, description, resume: true) }?.place == clips[11].id.rawValue)
        try fixture.release(clips, description, resume: true)
        #expect(try inode(fixture.root + "/release/train-000000.tar") == kept)
    }

    @Test func without_the_option_it_begins_anew() throws {
        let clips = try fixture.clips(12)
        try stop(clips)
        let kept = try inode(staging + "/train-000000.tar")
        let holder = try FileHandle(forReadingFrom: URL(fileURLWithPath: staging + "/train-000000.tar"))
        try fixture.release(clips, description)
        #expect(try inode(fixture.root + "/release/train-000000.tar") != kept)
        try holder.close()
    }

    @Test func a_shard_that_was_cut_short_and_a_torn_journal_are_made_again() throws {
        let clips = try fixture.clips(12)
        try stop(clips)
        try FileHandle(forWritingTo: URL(fileURLWithPath: staging + "/train-000001.tar")).truncate(atOffset: 700)
        let journal = try FileHandle(forWritingTo: URL(fileURLWithPath: staging + "/.journal"))
        try journal.seekToEnd()
        try journal.write(contentsOf: Data("{\"chunk\":\"test-00000".utf8))
        try journal.close()
        try Data("stray".utf8).write(to: URL(fileURLWithPath: staging + "/videos/train/stray.mp4"))
        try fixture.release(clips, description, resume: true)
        try fixture.release(clips, as: "whole", description)
        #expect(try fixture.contents() == fixture.contents("whole"))
    }

    @Test func another_release_is_not_mixed_in() throws {
        let clips = try fixture.clips(12)
        try stop(clips)
        let other = fault { try fixture.release(Array(clips.dropLast()), description, resume: true) }
        #expect(other?.reason == .invalid && other?.place.hasSuffix(".release.partial") == true)
        #expect(fault { try fixture.release(clips, layouts: [.mds], description, resume: true) }?.reason == .invalid)
        // What was complete is still there for the right one.
        let kept = try inode(staging + "/train-000000.tar")
        try fixture.release(clips, description, resume: true)
        #expect(try inode(fixture.root + "/release/train-000000.tar") == kept)
    }

    @Test func with_nothing_to_resume_it_is_an_export_like_any_other() throws {
        try fixture.release(try fixture.clips(3), description, resume: true)
        #expect(try ReleaseVerifier().verify(fixture.root + "/release").isSound)
    }

    @Test(arguments: [1, 2, 5])
    func the_bytes_do_not_depend_on_the_workers(_ workers: Int) throws {
        let clips = try fixture.clips(23, bytes: 3000)
        try fixture.release(clips, as: "one", description, workers: 1)
        try fixture.release(clips, as: "many", description, workers: workers)
        let one = try fixture.contents("one")
        #expect(one.keys.count { $0.hasSuffix(".tar") } == 12)
        #expect(try fixture.contents("many") == one)
    }
}
