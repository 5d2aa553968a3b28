/** How many pictures each part has. */
export interface SketchSizes {
  readonly sourceTrain: number;
  readonly sourceTest: number;
  readonly targetTrain: number;
  readonly targetTest: number;
}

export const SKETCH_SIZES: SketchSizes = { sourceTrain: 4000, sourceTest: 1000, targetTrain: 2000, targetTest: 1000 };
