import Foundation
import TestSupport

@testable import Store

/// A program `rclone` whose only remote is a folder, for tests without rclone.
///
/// It writes each call to a log. A file `fail` next to it holds the commands that fail; `slow`
/// makes `copy` stop after as many files as it says, as a connection that is lost.
struct FakeRclone {
  let folder: TemporaryFolder
  /// The folder that stands for the remote.
  let place: String
  let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    place = folder.path("remote")
    try folder.writeScript("bin/rclone", Self.script)
    environment = ["PATH": folder.path("bin") + ":/usr/bin:/bin", "FAKE": folder.path]
  }

  func remote() throws -> RcloneRemote {
    try RcloneRemote("rclone:fake:", environment: environment)
  }

  /// The commands so far.
  func calls() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path("log")) else { return [] }
    return try folder.read("log").split(separator: "\n").map(String.init)
  }

  private static let script = """
    #!/bin/sh
    echo "$1" >> "$FAKE/log"
    if grep -qx "$1" "$FAKE/fail" 2>/dev/null; then
      echo "2026/01/01 00:00:00 Failed to $1: dial tcp: connection refused" >&2
      exit 1
    fi
    place() { case $1 in fake:*) echo "$FAKE/remote/${1#fake:}" ;; *) echo "$1" ;; esac; }
    case $1 in
    lsf)
      [ -d "$FAKE/remote" ] || { echo "directory not found" >&2; exit 3; }
      cd "$FAKE/remote" && find version objects keys -type f -printf '%s;%p\\n' 2>/dev/null
      exit 0 ;;
    cat) cat "$(place "$2")" ;;
    copy)
      # copy --files-from-raw LIST --no-check-dest --no-traverse FROM TO OPTIONS
      from=$(place "$6"); to=$(place "$7"); left=$(cat "$FAKE/slow" 2>/dev/null || echo -1)
      while read -r file; do
        [ -e "$from/$file" ] || continue
        mkdir -p "$to/$(dirname "$file")"
        if [ "$left" = 0 ]; then
          head -c 3 "$from/$file" > "$to/$file"
          echo "2026/01/01 00:00:00 Failed to copy: connection lost" >&2
          exit 1
        fi
        cp -f "$from/$file" "$to/$file"; chmod u+w "$to/$file"
        left=$((left - 1))
      done < "$3" ;;
    hashsum)
      cd "$FAKE/remote" && find objects -type f -exec sha256sum {} + ;;
    esac
    """
}
