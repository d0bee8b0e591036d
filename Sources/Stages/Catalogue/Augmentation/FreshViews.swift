internal import PipelineDSL
internal import Synchronization

/// Views that are drawn while training, new ones in every epoch.
///
/// A view depends only on the rule, the samples, the sample's id and the view's number, so that
/// threads and interruptions do not change it.
struct FreshViews: Sendable {
  /// The file of the samples' ids in a `views` artifact.
  static let file = "ids.csv"
  /// The columns of the file.
  static let columns = ["id"]
  /// The limit of epochs: view `epoch + limit * occurrence` is a sample's n-th in an epoch.
  static let limit = 1 << 32

  private let draws: ViewDraws
  private let ids: [String]
  private let places: [String: Int]
  private let balance: SampleBalance?
  private let latest = LatestRing()

  /// The number of images per sample in a view.
  var copies: Int { draws.parameters.copies }

  /// Reads the rule and the samples of an artifact.
  init(_ artifact: InputArtifact) throws(StageError) {
    do throws(StageError) {
      draws = ViewDraws(try ViewRule(try artifact.bytes(ViewRule.file)))
    } catch {
      throw StageError(
        artifact.failure(ViewRule.file, error.reason).reason, hint: error.hint)
    }
    ids = try artifact.rows(Self.file, Self.columns).map { $0[0] }
    places = Dictionary(zip(ids, 0...)) { first, _ in first }
    guard places.count == ids.count, ids == ids.sorted() else {
      throw artifact.failure(Self.file, "the ids are not sorted, or an id occurs twice")
    }
    balance = try SampleBalance(artifact)
  }

  /// A view of a sample; `nil` if the sample is not among those of the artifact.
  func view(_ number: Int, of id: String) -> View? {
    guard let place = places[id] else { return nil }
    var view = draws.view(id, number)
    if draws.parameters.policy.takesPartners {
      let (occurrence, epoch) = number.quotientAndRemainder(dividingBy: Self.limit)
      let ring = latest.ring(of: epoch) {
        PartnerRing(ids, view: epoch, seed: draws.seed, balance: balance)
      }
      let partner = ring.partner(of: place, occurrence: occurrence)
      draws.join(&view, id, number, partner: partner.map { ids[$0] })
    }
    return view
  }
}

/// The ring of the epoch in progress, drawn once for all threads.
private final class LatestRing: Sendable {
  private let latest = Mutex<(epoch: Int, ring: PartnerRing)?>(nil)

  func ring(of epoch: Int, _ draw: () -> PartnerRing) -> PartnerRing {
    latest.withLock { latest in
      if let latest, latest.epoch == epoch { return latest.ring }
      let ring = draw()
      latest = (epoch, ring)
      return ring
    }
  }
}
