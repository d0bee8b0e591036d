import Testing

@testable import Reports

struct ExplanationTextsTests {
  @Test("one network of several is named, and an unknown method keeps its name")
  func methods() {
    #expect(ExplanationTexts.method("grad-cam/xception").title == "Grad-CAM of xception")
    #expect(ExplanationTexts.method("own").title == "own")
    #expect(ExplanationTexts.method("").title == "")
  }

  @Test("views have heads of their own")
  func views() {
    #expect(ExplanationTexts.view(.init(method: "occlusion", name: "")) == "for and against")
    #expect(ExplanationTexts.view(.init(method: "score-cam/x", name: "")) == "heat map")
    #expect(ExplanationTexts.view(.init(method: "own", name: "side")) == "side")
    #expect(ExplanationTexts.view(.init(method: "own", name: "")) == "picture")
  }
}
