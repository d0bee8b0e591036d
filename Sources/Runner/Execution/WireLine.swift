internal import PipelineDSL

/// Lines as they pass between coordinator and workers, read and written again.
package enum WireLine {
  /// A worker's reply as it would be sent; `nil` for a line that is none.
  package static func reply(_ line: [UInt8]) -> [UInt8]? {
    guard let json = try? JSONParser.parse(line), let reply = WorkerReply(json: json) else {
      return nil
    }
    return JSONCanonicalForm.bytes(of: reply.json)
  }

  /// A job as it would be sent; `nil` for a line that is none.
  package static func job(_ line: [UInt8]) -> [UInt8]? {
    guard let json = try? JSONParser.parse(line), let job = WorkerJob(json: json) else {
      return nil
    }
    return JSONCanonicalForm.bytes(of: job.json)
  }
}
