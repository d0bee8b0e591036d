internal import Foundation
internal import Imaging
public import PipelineDSL

/// What a user asks to have judged: image files, folders of them, and arrays.
public struct PredictionInputs: Sendable {
  /// How inputs are taken.
  public enum Form: String, Sendable, CaseIterable {
    /// Files are originals; arrays of the model's size are crops.
    case automatic
    /// Everything still is to be cropped.
    case originals
    /// Everything has been cropped, and has the model's size.
    case crops
  }

  /// One image.
  enum Source: Sendable {
    case file(String)
    case row(MappedArray, index: Int)
  }

  /// One image and its name: its path, with `:row` behind an array's.
  struct Entry: Sendable {
    let name: String
    let source: Source
  }

  let entries: [Entry]
  /// Files in folders that are no images by their names.
  public let passedOver: Int

  /// How many images there are.
  public var count: Int { entries.count }

  /// The images behind some paths, in their order; those in a folder by name.
  ///
  /// Throws at a path that is not there, an array that holds no images, and where nothing is left.
  public init(_ paths: [String]) throws(StageError) {
    var (entries, passedOver) = ([Entry](), 0)
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw StageError("\(path): is not there")
      }
      if isFolder.boolValue {
        for name in try FolderListing(path).paths {
          let extensionName = name.pathExtension
          if Ingest.imageExtensions.contains(extensionName), Ingest.clutter(name) == nil {
            entries.append(Entry(name: path + "/" + name, source: .file(path + "/" + name)))
          } else {
            passedOver += 1
          }
        }
      } else if path.pathExtension == "npy" {
        entries += try Self.rows(path)
      } else {
        entries.append(Entry(name: path, source: .file(path)))
      }
    }
    guard !entries.isEmpty else {
      throw StageError(
        "no image among \(passedOver) files",
        hint:
          "name images (\(Ingest.imageExtensions.sorted().joined(separator: ", "))), folders of "
          + "them, or .npy arrays")
    }
    (self.entries, self.passedOver) = (entries, passedOver)
  }

  private static func rows(_ path: String) throws(StageError) -> [Entry] {
    let array: MappedArray
    do throws(ImageError) { array = try MappedArray(path: path) } catch {
      throw StageError(error.reason)
    }
    let shape = array.shape
    let isColour = shape.count == 4 && shape[3] == 3
    guard
      isColour && [.uint8, .float32].contains(array.kind)
        || shape.count == 3 && array.kind == .uint8,
      shape.dropFirst().allSatisfy({ $0 > 0 })
    else {
      throw StageError(
        "\(path): \(array.kind) of \(shape) is no array of images",
        hint: "save uint8 of N x H x W x 3 or N x H x W, or float32 of N x H x W x 3")
    }
    return (0..<array.count).map {
      Entry(name: "\(path):\($0)", source: .row(array, index: $0))
    }
  }
}
