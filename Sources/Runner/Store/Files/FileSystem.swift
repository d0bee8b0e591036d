internal import CSQLite
internal import Glibc

/// Recognises network file systems.
public enum FileSystem {
  /// Linux's type numbers of network file systems, and their names.
  private static let network: [UInt32: String] = [
    0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2",
    0x6573_5546: "FUSE", 0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS", 0x5346_414F: "AFS",
    0x00C3_6400: "Ceph", 0x0102_1997: "9P", 0x1983_0326: "BeeGFS", 0x7461_636F: "OCFS2",
    0x0116_1970: "GFS2", 0xAAD7_AAEA: "PanFS", 0x7375_7245: "Coda",
  ]

  /// The name of a network file system, by its type number.
  static func networkName(ofType number: Int) -> String? {
    network[UInt32(truncatingIfNeeded: number)]
  }

  /// The name of the network file system that contains a path, or `nil` for a local disk.
  ///
  /// FUSE counts as a network file system: its backing storage is unknown, and shared memory may
  /// not work.
  public static func networkName(of path: String) -> String? {
    var raw = statfs()
    guard statfs(path, &raw) == 0 else { return nil }
    return networkName(ofType: Int(raw.f_type))
  }
}
