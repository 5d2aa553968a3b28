export { adapt } from './adapt.js';
export { calibrated, type Calibration } from './calibrate.js';
export { cellName, cellsOf, type Cell } from './compare/cell.js';
export { compare } from './compare/compare.js';
export type { CompareEvent, CompareOptions, CompareSource, WatchOptions } from './compare/plan.js';
export { defaultBudget } from './compare/default-budget.js';
export { isNegativeTransfer } from './compare/negative-transfer.js';
export type { TuneOptions } from './compare/tune.js';
export { runCell, runTrial, type CellContext } from './compare/run-cell.js';
export { likelyCause } from './compare/likely-cause.js';
export { summarise } from './compare/summarise.js';
export { testOutcome, type TestOptions } from './compare/test-outcome.js';
export { decayedGroups, stagesOf } from './depth-groups.js';
export { modifiers } from './modifiers.js';
export type { Phase } from './phase.js';
export {
  settingOf,
  type Budget,
  type FeatureStorage,
  type Recipe,
  type RecipeOutcome,
  type RecipeTask,
} from './recipe.js';
export { distil, type DistilOptions } from './recipes/distil.js';
export { followHint, hintLayers, type HintLayers } from './recipes/follow-hint.js';
export { fineTuneAt } from './recipes/fine-tune.js';
export { frozenAt } from './recipes/frozen.js';
export { surgicalAt } from './recipes/surgical.js';
export { recipe, recipes } from './registry.js';
export { scaledTargets, targetScale, unscaleOutputs, type TargetScale } from './scaled-targets.js';
export { slimModel } from './slim-model.js';
export { penultimate, weightsUnder, withFreshAbove, withTargetHead, type FreshAbove } from './surgery.js';
