internal import Foundation
internal import PipelineDSL

/// The time line of a run: a bar for each cell, coloured by stage, above the memory in use.
struct TimeLineDrawing: Drawing {
  /// The width of the drawing and of the plot in it.
  static let (width, left, right) = (1080.0, 62.0, 10.0)
  static let plot = width - left - right
  /// Rows that are drawn, and stages that have a colour of their own; the last colour is for others.
  private static let (rowLimit, colours) = (128, 5)
  private static let (top, memoryHeight, axisHeight) = (22.0, 64.0, 26.0)

  let title = "Time line of the cells"
  private let line: TimeLine

  /// A drawing of a time line.
  init(_ line: TimeLine) { self.line = line }

  private var rows: ArraySlice<[TimeLine.Bar]> { line.rows.prefix(Self.rowLimit) }
  /// Rows become flat where they are many.
  private var rowHeight: Double { max(4, min(20, 400 / Double(max(1, rows.count)))) }
  private var bottom: Double { Self.top + Double(rows.count) * rowHeight }
  private var hasMemory: Bool { !line.memory.isEmpty }

  var size: (width: Double, height: Double) {
    (Self.width, bottom + Self.axisHeight + (hasMemory ? Self.memoryHeight + 14 : 0))
  }

  var description: String {
    let longest = line.stages.prefix(Self.colours).joined(separator: ", ")
    return "\(Display.count(line.count, "cell")) in \(Display.seconds(line.span)), at most "
      + "\(line.rows.count) at a time; the stages that took longest: \(longest)"
  }

  /// What a reader must know to read the drawing.
  var caption: String {
    var text =
      "\(Display.count(line.count, "cell")) took \(Display.seconds(line.seconds)) within "
      + "\(Display.seconds(line.span)), at most \(line.rows.count) at a time."
    text +=
      " Each row had one cell at a time, from the recorded start and duration of each cell."
    if line.rows.count > rows.count { text += " \(line.rows.count - rows.count) more rows exist." }
    if hasMemory {
      text += " Memory is the sum of the peaks of the cells that ran: an upper bound."
    }
    return text
  }

  var body: HTML {
    let x = Scale(range: 0...line.span, from: Self.left, to: Self.width - Self.right)
    var body = legend
    for tick in DurationTicks.ticks(upTo: line.span) {
      let place = x.place(tick)
      body += """
        <line class="grid" x1="\(place)" x2="\(place)" y1="\(Self.top)" y2="\(bottom)"/>\
        <text class="tick" x="\(place)" y="\(bottom + 14)" text-anchor="middle">\
        \(DurationTicks.label(tick))</text>
        """
    }
    for (index, row) in rows.enumerated() {
      let y = Self.top + Double(index) * rowHeight
      if rowHeight >= 11 {
        body += """
          <text class="tick" x="\(Self.left - 8)" y="\(y + rowHeight / 2 + 3.5)" \
          text-anchor="end">\(label(row, index))</text>
          """
      }
      for bar in row { body += draw(bar, y: y, x) }
    }
    return body + memory(x)
  }

  /// The node of a row, or its number.
  private func label(_ row: [TimeLine.Bar], _ index: Int) -> String {
    guard let node = row.first?.node else { return String(index + 1) }
    return TextWidth.cut(Display.line(node), to: Self.left - 10)
  }

  private func colour(_ stage: String?) -> Int {
    line.stages.prefix(Self.colours).firstIndex { $0 == stage } ?? Self.colours
  }

  private var legend: HTML {
    var entries = line.stages.prefix(Self.colours).enumerated().map { index, stage in
      (name: stage, colour: index, isDashed: false, mark: Chart.Mark.bars)
    }
    if line.stages.count > Self.colours {
      entries.append(("other stages", Self.colours, false, .bars))
    }
    // One line: names are cut so that all of them fit.
    let room = Self.width / Double(max(1, entries.count)) - 40
    return Legend(
      entries.map { (TextWidth.cut($0.name, to: room), $0.colour, $0.isDashed, $0.mark) },
      width: Self.width
    ).html
  }

  private func draw(_ bar: TimeLine.Bar, y: Double, _ x: Scale) -> HTML {
    let (start, end) = (x.place(bar.start), x.place(bar.end))
    let name =
      bar.count == 1
      ? bar.cell : "\(bar.count) cells of \(bar.stage ?? "several stages"), from \(bar.cell)"
    let failed = bar.hasFailed ? " failed" : ""
    return """
      <rect class="fill lane s\(colour(bar.stage))\(failed)" x="\(start)" y="\(y + 1)" \
      width="\(max(1, end - start - 0.4))" height="\(rowHeight - 2)"><title>\(name)\
      \(bar.hasFailed ? ": failed" : "")
      \(Display.seconds(bar.seconds)), from \(Display.seconds(bar.start)) on\
      \(bar.node.map { ", node " + Display.line($0) } ?? "")</title></rect>
      """
  }

  // MARK: Memory

  private func memory(_ x: Scale) -> HTML {
    guard hasMemory else { return .empty }
    let most = line.memory.map(\.bytes).max() ?? 0
    let (top, base) = (bottom + Self.axisHeight + 8, bottom + Self.axisHeight + Self.memoryHeight)
    let y = Scale(range: 0...Double(max(most, 1)), from: base, to: top)
    var path: HTML = "M\(Self.left) \(base)"
    for level in thinned(x) { path += "H\(level.x)V\(y.place(Double(level.bytes)))" }
    path += "V\(base)H\(Self.left)Z"
    return """
      <line class="grid" x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(top)" y2="\(top)"/>\
      <text class="tick" x="\(Self.left - 8)" y="\(top + 3.5)" text-anchor="end">\(ByteCount.text(most))</text>\
      <text class="tick" x="\(Self.left - 8)" y="\(base)" text-anchor="end">memory</text>\
      <path class="area s0" d="\(path)"><title>memory: at most \(ByteCount.text(most))</title></path>\
      <line class="base" x1="\(Self.left)" x2="\(Self.width - Self.right)" y1="\(base)" y2="\(base)"/>
      """
  }

  /// The levels that can be told apart; of several within one unit, the highest and the last.
  private func thinned(_ x: Scale) -> [(x: Double, bytes: Int)] {
    var shown: [(x: Double, bytes: Int)] = []
    for level in line.memory {
      let place = x.place(level.at).rounded()
      let inUnit = shown.suffix(2).filter { $0.x == place }
      if inUnit.count == 2 {
        let highest = max(inUnit[0].bytes, inUnit[1].bytes)
        shown[shown.count - 2].bytes = highest
        shown[shown.count - 1].bytes = level.bytes
      } else {
        shown.append((place, level.bytes))
      }
    }
    return shown
  }
}
