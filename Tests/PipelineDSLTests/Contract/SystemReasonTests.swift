import Foundation
import PipelineDSL
import Testing

@Suite struct SystemReasonTests {
  @Test func posixErrorsUseTheSystemsMessage() {
    func reason(_ path: String) -> String? {
      do { try Data([1]).write(to: URL(fileURLWithPath: path)) } catch {
        return systemReason(of: error)
      }
      return nil
    }
    #expect(reason("/no/such/folder/file") == "No such file or directory")
    #expect(reason("/dev/full") == "No space left on device")
  }

  @Test func otherErrorsKeepTheirDescription() {
    struct Mishap: LocalizedError { let errorDescription: String? = "a mishap" }
    #expect(systemReason(of: Mishap()) == "a mishap")
  }
}
