import Imaging
import PipelineDSL
import Store

/// The cells of a small evaluated and explained run, with pictures in the formats that stages write.
enum PictureCells {
  /// The edge of a crop in pixels.
  static let edge = 16

  /// A crop whose red channel is the number of its sample.
  static func crop(_ number: Int) -> Image {
    var image = Image(width: edge, height: edge, filledWith: 200)
    for pixel in 0..<edge * edge { image.pixels[3 * pixel] = UInt8(number) }
    return image
  }

  /// The id of a sample.
  static func id(_ number: Int) -> String { "s\(number / 10)\(number % 10)" }

  /// The class of a sample.
  static func label(_ number: Int) -> String { number.isMultiple(of: 2) ? "ALL" : "AML" }

  private static func samples(_ count: Int) -> String {
    "id,source,native_label,label,group\n"
      + (0..<count).map { number in
        "\(id(number)),\(number % 3 == 0 ? "pbc" : "c-nmc"),x,\(label(number)),\n"
      }.joined()
  }

  /// The stage that crops `count` samples.
  static func cells(_ count: Int) -> SampleStore.CellPlan {
    let pixels = NPYArray(
      uint8: (0..<count).flatMap { crop($0).pixels }, shape: [count, edge, edge, 3])
    var cells = SampleStore.CellPlan("cells", "crop-normalise")
    cells.outputs = [
      .init(
        "images", .images,
        [SamplesFormat.file: Array(samples(count).utf8), ImagesFormat.pixels: pixels.encoded])
    ]
    return cells
  }

  /// The stage that segments `count` samples: a nucleus in the middle of each.
  static func masks(_ count: Int) -> SampleStore.CellPlan {
    let one = (0..<edge * edge).map { pixel -> UInt8 in
      (6..<10).contains(pixel % edge) && (6..<10).contains(pixel / edge) ? 2 : 0
    }
    let pixels = NPYArray(
      uint8: (0..<count).flatMap { _ in one }, shape: [count, edge, edge])
    var masks = SampleStore.CellPlan("nuclei", "segment-nucleus")
    masks.inputs = [("images", "cells", "images")]
    masks.outputs = [
      .init(
        "masks", .masks,
        [SamplesFormat.file: Array(samples(count).utf8), MasksFormat.pixels: pixels.encoded])
    ]
    return masks
  }

  /// The stage that evaluates `count` samples, the first `wrong` of them wrong.
  static func scores(_ count: Int, wrong: Int, at: String = "") -> SampleStore.CellPlan {
    var scores = SampleStore.CellPlan("scores" + at, "evaluate")
    scores.inputs = [("images", "cells", "images")]
    let rows = (0..<count).map { number -> String in
      let label = label(number)
      let predicted = number < wrong ? Self.label(number + 1) : label
      let share = 0.5 + Double(number) / 1000
      let own = [predicted == "ALL" ? share : 1 - share, predicted == "AML" ? share : 1 - share]
      return "\(id(number)),test,\(label),\(predicted),\(own[0]),\(own[1])\n"
    }
    scores.outputs = [
      .init(
        "predictions", .predictions,
        text: [
          PredictionsFormat.file: "id,part,label,predicted,p_ALL,p_AML\n" + rows.joined()
        ])
    ]
    return scores
  }

  /// The stage that explains samples by Grad-CAM and LIME.
  static func look(_ numbers: [Int], masks: Bool = false, at: String = "") -> SampleStore.CellPlan {
    var look = SampleStore.CellPlan("look" + at, "explain")
    look.inputs =
      [("images", "cells", "images")] + (masks ? [("masks", "nuclei", "masks")] : [])
    var files = ["overview.png": TinyPNG.cell(1, edge: 8)]
    var index = "id,method,label,predicted,probability,right,files,fit,pixel-auroc\n"
    for number in numbers {
      let (id, label) = (id(number), label(number))
      let cam = "grad-cam/\(label)/\(id).png"
      let lime = ["hidden", "positive", "both"].map { "lime/\(label)/\(id)-\($0).png" }
      for path in [cam] + lime { files[path] = TinyPNG.cell(number, edge: edge, heat: true) }
      let paths = lime + ["lime/\(label)/\(id)-weights.npy"]
      index += "\(id),grad-cam,\(label),ALL,0.912345,x,\(cam) \(cam.dropLast(4)).npy,,0.8125\n"
      index += "\(id),lime,\(label),ALL,0.912345,x,\(paths.joined(separator: " ")),0.5,\n"
    }
    files[ExplanationsFormat.file] = Array(index.utf8)
    look.outputs = [.init("explanations", .explanations, files)]
    return look
  }

  /// The stage that mixes each of `numbers` with its next sample: two views and their sheet.
  static func augment(_ numbers: [Int], box: String = "") throws -> SampleStore.CellPlan {
    var augment = SampleStore.CellPlan("augment", "augment")
    augment.inputs = [("images", "cells", "images")]
    let views = numbers.flatMap { number in
      (0..<2).map { "\(id(number)),\($0),\(id(number + 1)),0.\(25 + $0),\(box)\n" }
    }
    let tiles = numbers.flatMap { [crop($0), crop($0), crop($0)] }
    augment.outputs = [
      .init(
        "views", .views, text: ["views.csv": "id,view,partner,lambda,box\n" + views.joined()]),
      .init(
        "sheet", .files, ["sheet.png": try PNGCodec.encode(ContactSheet.draw(tiles, columns: 3))]),
    ]
    return augment
  }
}
