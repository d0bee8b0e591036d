public struct SyntheticDataset: Sendable {
  public enum Source: String, Sendable, Hashable, CaseIterable {
    case cNMC = "c-nmc"
    case pbc
    case bloodMNIST = "bloodmnist"
    case fiveClass = "five-class"
    case imageFolder = "image-folder"
  }
}
