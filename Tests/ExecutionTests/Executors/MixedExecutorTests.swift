import PipelineDSL
import Store
import Testing

@testable import Execution

struct MixedExecutorTests {
  @Test func cellsOfLocalStagesStayHere() throws {
    let scene = try SlurmScene(cells: 1)
    let clock = HandClock()
    let objects = ObjectStore(scene.layout)
    let here = FakePool(objects, clock)
    scene.profile.local = ["a"]
    var mixed = MixedExecutor(local: here, far: scene.executor())
    try mixed.start(scene.job(0), for: 0)
    #expect(here.started == ["a@n=0"] && !mixed.isRemote(0))
    #expect(mixed.wait(also: -1, milliseconds: 1).cells == [0])
    scene.profile.local = []
    var far = MixedExecutor(local: here, far: scene.executor())
    #expect(far.isRemote(0) && far.remote == RemoteShare(jobs: 1000, processors: 1))
    try far.start(scene.job(0), for: 0)
    far.leave()
    #expect(here.started.count == 1 && scene.submissions.count == 1)
  }
}
