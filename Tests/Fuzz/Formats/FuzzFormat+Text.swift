internal import Foundation
internal import PipelineDSL
internal import Stages

// Text that people write: JSON, pipelines and tables.
extension FuzzFormat {
  static let json = FuzzFormat(
    name: "json", seeds: { _ in texts(jsonSeeds) + [nested] },
    tokens: texts(["null", "true", "false", "[", "]", "{\"a\":", "}", "\"\\ud83d\\ude00\"", "1e5"]),
    isText: true, share: 8
  ) { input, _ in
    let root: LocatedJSON
    do { root = try JSONParser.locate(input).root } catch { return refused(error) }
    let value = root.value
    let canonical = JSONCanonicalForm.bytes(of: value)
    for written in [canonical, Array(JSONPrettyForm.text(of: value).utf8)] {
      guard let again = try? JSONParser.parse(written), again == value,
        JSONCanonicalForm.bytes(of: again) == canonical
      else { throw FuzzError("it reads differently after it is written") }
    }
    return .taken(value.kindName)
  }

  private static let jsonSeeds = [
    #"{"a": [1, 2.5, -3e10, null, true, false], "b": {"c": "d\n\u00e9", "": []}, "e": "\\"}"#,
    "[]", "0", "\u{FEFF}\"x\"", #"{"a": 1, "a": 2}"#, "[1,]", #"["\ud83d\ude00", "\u0000"]"#,
    "[9223372036854775807, -9223372036854775808, 1e308, 5e-324, 0.1, -0.0]",
    "{\n  \"name\": \"x\",\n  \"list\": [\n    {\"k\": [[[]]]}\n  ]\n}\n",
  ]

  private static let nested: [UInt8] =
    Array(repeating: UInt8(ascii: "["), count: 255)
    + Array(repeating: UInt8(ascii: "]"), count: 255)

  // A short pipeline may declare 100,000 cells, each with a name, parameters and inputs.
  static let pipeline = FuzzFormat(
    name: "pipeline",
    seeds: { fixtures in
      try files(fixtures + "/../Pipelines", ending: ".json") + texts(pipelineSeeds)
    },
    tokens: texts([
      "\"axes\": {\"x\": [1, 2, 3]},", "\"${x}\"", "\"${seed}\"", "\"gather\": [\"x\"],",
      "\"needs\":",
      "\"uses\": \"command\",", "\"argv\"", "\"exclude\": [{\"x\": 1}],", "\"seed\"", "{inputs.a}",
      "\"checks\": [{\"metric\": \"m\", \"at-least\": 1}],",
      "\"resources\": {\"memory\": \"1 GiB\"},",
      "\"reference\": [{\"metric\": \"m\", \"value\": 1, \"when\": {\"x\": 1}}],", "\"12:00:00\"",
      "\"include\": [\"grid.json\"],", "\"include\": [{\"file\": \"around.json\"}],",
      "\"with\": {\"k\": [\"${k}\", \"${k}\"]},", "\"part\": {\"assay\": 1, \"part\": true,",
      "\"../\"", "\"axes\": {\"x\": \"${xs}\"},", "\"parameters\": {\"xs\": [1, 2], \"k\": null},",
      "\"references\": {\"a\": {\"axes\": [\"x\"], \"metrics\": [\"m\"], \"rows\": [[1, 0.5]]}},",
    ]),
    isText: true, share: 2, allowance: (4 << 20, 4096), declared: { cells($0) * 4096 }
  ) { input, _ in
    let pipeline: Pipeline
    do throws(Diagnostics) {
      pipeline = try PipelineResolver.resolve(
        bytes: input, file: "p.json", parts: parts, catalogue: StageCatalogue.all)
    } catch {
      for diagnostic in error.list { _ = JSONCanonicalForm.bytes(of: diagnostic.json) }
      guard !error.list.contains(where: { $0.text.utf8.contains { $0 < 0x20 } }) else {
        throw FuzzError("a message holds a control character")
      }
      return .refused(error.list.first?.message ?? "")
    }
    if pipeline.text != input {
      // The text that a run records contains the parts.
      let again = try? PipelineResolver.resolve(
        bytes: pipeline.text, file: "p.json", parts: .none, catalogue: StageCatalogue.all)
      guard let again, again.text == pipeline.text,
        again.cells.map(\.name) == pipeline.cells.map(\.name)
      else { throw FuzzError("the recorded text gives another pipeline") }
    }
    return .taken("\(pipeline.stages.count) stages")
  }

  /// The maximum number of cells of a pipeline by its axes, up to the limit of the language.
  private static func cells(_ input: [UInt8]) -> Int {
    guard let root = try? JSONParser.locate(input).root else { return 0 }
    let files = [root] + included(by: root)
    let lists = files.flatMap { $0["parameters"]?.members ?? [] }
    let longest = lists.map { $0.value.elements?.count ?? 1 }.max() ?? 1
    let axes = files.flatMap { $0["axes"]?.members ?? [] }
    let each = axes.reduce(1) {
      min(100_000, $0 * max(1, $1.value.elements?.count ?? longest))
    }
    let stages = files.reduce(0) { $0 + ($1["stages"]?.members?.count ?? 0) }
    // The text that contains the parts is resolved as well.
    return min(100_000, each * stages) * (files.count > 1 ? 2 : 1)
  }

  private static func included(by file: LocatedJSON) -> [LocatedJSON] {
    (file["include"]?.elements ?? []).flatMap { entry -> [LocatedJSON] in
      let name = entry.text ?? entry["file"]?.text ?? ""
      let known = partTexts.filter { name.hasSuffix($0.key) }.values
      let read = known.sorted().compactMap { try? JSONParser.locate([UInt8](text: $0)).root }
      let parts = entry["part"].map { [$0] } ?? read
      return parts + parts.flatMap { included(by: $0) }
    }
  }

  /// The files that a fuzzed pipeline may include; none includes itself.
  private static let parts = PartFiles { path throws(PartFileError) in
    guard let text = partTexts[path] else { throw PartFileError("no such file") }
    return [UInt8](text: text)
  }

  private static let partTexts = [
    "grid.json": #"""
    {"assay": 1, "part": true, "parameters": {"k": 1, "ys": [1, 2]}, "axes": {"y": "${ys}"},
     "stages": {"g": {"uses": "command", "with": {"argv": ["echo", "${k}${y}"]}}}}
    """#,
    "around.json": #"""
    {"assay": 1, "part": true, "include": [{"file": "grid.json", "with": {"k": "${k}"}}],
     "parameters": {"k": "x"}}
    """#,
    "broken.json": #"{"assay": 1, "part": true,"#,
  ]

  private static let pipelineSeeds = [
    #"""
    {"assay": 1, "name": "p", "parameters": {"n": 3, "o": {"k": "v"}},
     "axes": {"x": [1, 2, {"name": "three", "size": 3}], "seed": [1, 2]},
     "exclude": [{"x": 1, "seed": 2}],
     "stages": {
      "a": {"uses": "command", "with": {"argv": ["sh", "-c", "${x} $${x} ${o.k}"], "code": ["*.py"]}},
      "b": {"uses": "command", "needs": {"one": "a.files"}, "gather": ["x"], "seed": "${seed}",
       "with": {"argv": ["cat", "{inputs.one}", "{outputs.out}", "${n}"], "outputs": {"out": "metrics"},
        "environment": {"LANG": "C"}}, "checks": [{"metric": "m", "at-most": 0.5}],
       "resources": {"cpus": 2, "memory": "1 GiB", "time": "00:01:00", "gres": "gpu:1"}}}}
    """#,
    #"""
    {"assay": 1, "name": "q", "stages": {
      "s": {"uses": "ingest/image-folder", "with": {"root": "data"}},
      "t": {"uses": "split", "needs": "s", "with": {"fractions": [0.8, 0.1, 0.1]}},
      "u": {"uses": "compare", "needs": ["t"]}, "v": {"uses": "command", "needs": "v"}}}
    """#,
    #"""
    {"assay": 1, "name": "r", "include": ["grid.json",
      {"file": "p/q.json", "with": {"w": "${w}/x", "o": "${n.f}px"}, "part":
       {"assay": 1, "part": true, "parameters": {"w": null, "o": 0, "xs": []},
        "axes": {"x": "${xs}", "z": [{"name": "b", "file": "${w}.pth"}, {"name": "c", "file": 1}]},
        "stages": {"a": {"uses": "command", "with": {"argv": ["echo", "${x}", "${z.file}", "${o}"]}}}}}],
     "parameters": {"k": "v", "w": "d", "xs": [1, "e"], "n": {"f": 2}}, "exclude": [{"x": 1, "y": 2}],
     "references": {"g": [{"source": "t", "axes": ["y"], "metrics": ["m", "n"], "rows": [[1, 0.5, null]]},
       {"metric": "m", "value": 3, "when": {"y": 2}}]},
     "stages": {"h": {"uses": "command", "needs": {"in": "g"}, "with": {"argv": ["cat", "${w}"]}}}}
    """#,
    #"""
    {"assay": 1, "name": "s", "include": ["around.json", {"file": "./broken.json"}, "../none.json",
      "p.json"], "parameters": {"k": 7}}
    """#,
  ]

  static let csv = FuzzFormat(
    name: "csv", seeds: { _ in texts(csvSeeds) },
    tokens: texts(["\"", "\"\"", ",", "\n", "\r\n", "\r", "\u{FEFF}", "\",\"", "\"\n"]),
    isText: true, share: 10
  ) { input, _ in
    let table: CSVTable
    do { table = try CSVTable(parsing: input) } catch { return refused(error) }
    guard let again = try? CSVTable(parsing: table.bytes), again == table else {
      throw FuzzError("it reads differently after it is written")
    }
    return .taken("\(table.columns.count) columns")
  }

  private static let csvSeeds = [
    "a,b\n1,2\n3,4\n", "id,label\r\n\"x,y\",\"say \"\"no\"\"\"\r\n\"line\nend\",\n", "a\n\"\"\n",
    "\u{FEFF}name\nvalue", "a,b\n1\n", "\"open\n", "\n\n", "a,a\n,\n",
  ]

  /// Files that stages read; the first byte of an input selects the reader.
  static let tables = FuzzFormat(
    name: "tables", seeds: { _ in tableSeeds },
    tokens: texts([
      "train", "validation", "calibration", "test", "rotate 12.5; equalize",
      "0.4: rotate 3 | 0.6: shear-x 0.1 @ 0.7",
      "0 0 1 1", "posterize 4", "solarize 128", "translate-x 0.3", "sharpness 2", "colour 1.5",
      "\"mask\": \"hsv\"", "\"denoise\": \"bilateral\"", "\"contrast\": \"clahe\"", "\"tiles\": 3",
      "\"stain\": \"macenko\"", "\"trim\": 20", "../x", "/etc/passwd", "e308",
    ]),
    isText: true, share: 2, allowance: (1 << 20, 1024)
  ) { input, file in
    let reader = StageFiles.readers[Int(input.first ?? 0) % StageFiles.readers.count]
    let bytes = Array(input.dropFirst())
    try file.write(bytes)
    do {
      try reader.read(bytes, file.path)
      return .taken(reader.name)
    } catch {
      return refused(error)
    }
  }

  private static let tableTexts: [String] = [
    "id,source,native_label,label,group,part\naa,pbc,Lym,lymphocyte,p1,train\nbb,pbc,Mono,mono,,\n",
    "id,part,label,group\naa,train,x,\nbb,validation,y,g\ncc,test,x,\n",
    """
    id,view,angle,zoom,flip_h,flip_v,brightness,contrast,partner,lambda,shear_x,shear_y,pan_x,pan_y,\
    emboss,operations,box,mix_1,mix_2
    aa,0,12.5,1.1,0,1,1.1,0.9,,1,0.1,0,0,0.05,0.3,rotate 3; equalize,0 0.1 0.5 1,\
    0.4: rotate 3; equalize | 0.6: shear-x 0.1 @ 0.7,1: posterize 4 @ 0.5

    """,
    #"{"parameters": {"policy": "augmix", "views": 0, "shear": 0.1}, "revision": 3, "seed": "17"}"#,
    #"""
    {"architecture": "cnn", "channels": 3, "classes": ["a", "b"], "size": 32, "parameters": 100,
     "normalisation": {"scale": 0.0039, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]},
     "preparation": {"size": 8}}
    """#,
    #"""
    {"size": 8, "denoise": "median", "radius": 1, "mask": "saturation", "margin": 0.05, "trim": 3,
     "outliers": 9, "resize": "bilinear", "stain": "macenko", "contrast": "clahe", "tiles": 2,
     "stain-target": {"densities": [[0.6, 0.7, 0.3], [0.1, 0.9, 0.2]], "strongest": [2, 1]}}
    """#,
    #"{"accuracy": 0.5, "test": {"f1": 1, "note": "x"}, "list": [1]}"#,
    "label,native,source\nALL,Pro-B,c-nmc\nHealthy,[malignant] Early,\n",
    "path,label,group,source,split\na.png,x,g,,train\nb/c.png,y,,set,val\n",
    #"""
    {"width": 8, "parts": [{"folder": "networks/1", "at": "pooled", "width": 64},
     {"folder": "networks/2", "at": "last-convolution", "width": 256}],
     "fusion": {"file": "fusion.safetensors", "hidden": [16, 8], "classes": ["a", "b"]}}
    """#,
    "id,part,label,predicted,p_a,p_b,logit_a,logit_b\nx,test,a,a,0.5,0.5,1e-8,-20.0\n",
    #"""
    {"kind": "features", "classes": ["a", "b"], "size": 32,
     "features": {"width": 8, "parts": [{"folder": "networks/1", "at": "pooled", "width": 64}],
      "fusion": {"file": "fusion.safetensors", "hidden": [8], "classes": ["a", "b"]}},
     "classifier": {"method": "svm", "folder": "classifier", "transform": true}}
    """#,
    #"""
    {"kind": "ensemble", "classes": ["a", "b"], "size": 32, "rule": "vote", "weights": [1, 0.5],
     "members": ["members/1", "members/2"],
     "stack": {"method": "logistic", "folder": "stack", "transform": true}}
    """#,
    #"""
    {"kind": "calibrated", "classes": ["a", "b"], "size": 32, "method": "isotonic",
     "maps": [{"places": [0.1, 0.5], "values": [0, 1]}, {"places": [0.5], "values": [0.25]}],
     "temperature": 1.5, "factors": [1, 0.5], "offsets": [0, -1], "member": "model"}
    """#,
    #"""
    {"kind": "conformal", "classes": ["a", "b"], "size": 32, "method": "raps", "lambda": 0.01,
     "k-reg": 1, "randomised": true, "seed": "17", "by": "class",
     "levels": [{"level": 0.1, "thresholds": {"a": 0.9, "b": null}}],
     "false-negatives": {"classes": ["b"], "level": 0.05, "threshold": 0.2}, "member": "model"}
    """#,
  ]

  /// One seed per reader, in their order.
  private static let tableSeeds: [[UInt8]] = tableTexts.indices.map { index in
    [UInt8(index)] + [UInt8](text: tableTexts[index])
  }
}

/// The UTF-8 bytes of texts.
func texts(_ all: [String]) -> [[UInt8]] { all.map { [UInt8](text: $0) } }

/// The files of a folder whose names have an ending, sorted by name, without those too long for an
/// input.
func files(_ folder: String, ending: String) throws -> [[UInt8]] {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
  return try names.sorted().filter { $0.hasSuffix(ending) }.compactMap { name in
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    return data.count <= Mutator.longest ? [UInt8](data) : nil
  }
}

extension FuzzFile {
  /// Replaces the content of the file.
  func write(_ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    guard descriptor >= 0, written == bytes.count else {
      throw FuzzError("\(path): cannot be written")
    }
  }
}
