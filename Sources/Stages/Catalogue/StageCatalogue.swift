public import PipelineDSL

/// The stage kinds that come with Assay.
public enum StageCatalogue {
  /// All kinds: `check` validates pipelines against them, and workers run them.
  public static let all = Catalogue([
    StageDescriptor(IngestCNMC.self),
    StageDescriptor(IngestPBC.self),
    StageDescriptor(IngestBloodMNIST.self),
    StageDescriptor(IngestALLIDB.self),
    StageDescriptor(IngestMLL.self),
    StageDescriptor(IngestRaabin.self),
    StageDescriptor(IngestBloodCellImages.self),
    StageDescriptor(IngestTaleqani.self),
    StageDescriptor(IngestMultiCancer.self),
    StageDescriptor(IngestLymphoma.self),
    StageDescriptor(IngestFAB.self),
    StageDescriptor(IngestFiveClass.self),
    StageDescriptor(IngestImageFolder.self),
    StageDescriptor(IngestManifest.self),
    StageDescriptor(HarmoniseLabels.self),
    StageDescriptor(CropNormalise.self),
    StageDescriptor(SegmentNucleus.self),
    StageDescriptor(Split.self),
    StageDescriptor(InspectData.self),
    StageDescriptor(Augment.self),
    StageDescriptor(FineTune.self),
    StageDescriptor(ExtractFeatures.self),
    StageDescriptor(FuseFeatures.self),
    StageDescriptor(Classify.self),
    StageDescriptor(Ensemble.self),
    StageDescriptor(Calibrate.self),
    StageDescriptor(Conformal.self),
    StageDescriptor(Evaluate.self),
    StageDescriptor(Explain.self),
    StageDescriptor(JudgeExplanations.self),
    StageDescriptor(Compare.self),
    StageDescriptor(Correlate.self),
    StageDescriptor(Command.self),
  ])
}
