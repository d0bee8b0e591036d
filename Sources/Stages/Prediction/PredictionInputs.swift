internal import Foundation
internal import Imaging
public import PipelineDSL

/// The inputs of a prediction: image files, folders of them, and arrays.
public struct PredictionInputs: Sendable {
  /// How inputs are interpreted.
  public enum Form: String, Sendable, CaseIterable {
    /// Files are originals; arrays of the model's size are crops.
    case automatic
    /// All inputs are originals, to be cropped.
    case originals
    /// All inputs are crops of the model's size.
    case crops
  }

  /// The source of one image.
  enum Source: Sendable {
    case file(String)
    case row(ArrayFile, index: Int)
  }

  /// One image and its name: its path, followed by `:row` for an array.
  struct Entry: Sendable {
    let name: String
    let source: Source
  }

  let entries: [Entry]
  /// The number of files in folders whose names are not those of images.
  public let skippedFiles: Int

  /// The number of images.
  public var count: Int { entries.count }

  /// Finds the images at paths, in order; those in a folder are sorted by name.
  ///
  /// Throws if a path does not exist, an array does not contain images, or no image is found.
  public init(_ paths: [String]) throws(StageError) {
    var (entries, skippedFiles) = ([Entry](), 0)
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw StageError("\(path): no such file")
      }
      if isFolder.boolValue {
        for name in try FolderListing(path).paths {
          let extensionName = name.pathExtension
          if Ingest.imageExtensions.contains(extensionName), Ingest.clutter(name) == nil {
            entries.append(Entry(name: path + "/" + name, source: .file(path + "/" + name)))
          } else {
            skippedFiles += 1
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
        "no image among \(skippedFiles) files",
        hint:
          "name images (\(Ingest.imageExtensions.sorted().joined(separator: ", "))), folders of "
          + "them, or .npy arrays")
    }
    (self.entries, self.skippedFiles) = (entries, skippedFiles)
  }

  private static func rows(_ path: String) throws(StageError) -> [Entry] {
    let array: ArrayFile
    do throws(ImageError) { array = try ArrayFile(path: path) } catch {
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
        "\(path): \(array.kind) of \(shape) is not an array of images",
        hint: "save uint8 of N x H x W x 3 or N x H x W, or float32 of N x H x W x 3")
    }
    return (0..<array.count).map {
      Entry(name: "\(path):\($0)", source: .row(array, index: $0))
    }
  }
}
