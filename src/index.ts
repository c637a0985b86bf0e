/** The public face: the vocabulary, both worlds, the learner, and what compares them. Exports only. */

export type { Action, ActionKind } from "./core/action.ts";
export { ActionSchema } from "./core/action.ts";
export type { Env, ForkableEnv, ResetOptions, StepResult } from "./core/env.ts";
export { type EpisodeOptions, runEpisode } from "./core/episode.ts";
export {
  BrowserError,
  BudgetError,
  ConfigError,
  DreamgymError,
  EvaluatorError,
  ModelError,
  PolicyError,
  RecordingError,
  ResetNeededError,
  SiteError,
  TaskError,
} from "./core/errors.ts";
export type { EpisodeOutcome, Evaluator, PageProbe } from "./core/evaluator.ts";
export type { ExperienceModel, ExperienceQuery, NextPage, Prediction } from "./core/experience.ts";
export {
  type Observation,
  ObservationSchema,
  type PageNode,
  type Tab,
} from "./core/observation.ts";
export type {
  PastStep,
  Policy,
  PolicyInput,
  PolicyOutput,
  Proposal,
  ProposingPolicy,
} from "./core/policy.ts";
export { createRandom, type Random } from "./core/random.ts";
export type { Usage } from "./core/usage.ts";
export { type Score, ScoreSchema } from "./core/score.ts";
export type { PageSnapshot, SiteRequest } from "./core/site-request.ts";
export type { RankedReference, RecordedElement } from "./core/ranked-reference.ts";
export type { Check, NetworkExpectation, Task, TextCondition } from "./core/task.ts";
export {
  type Effect,
  type Trajectory,
  TrajectorySchema,
  type Transition,
  TransitionSchema,
} from "./core/trajectory.ts";

export { createEvaluator } from "./evaluation/evaluator.ts";
export type { SiteHelpers } from "./evaluation/helper-call.ts";
export {
  createPromptJudge,
  type Judge,
  type JudgeQuestion,
  type JudgeVerdict,
  type OutcomeQuestion,
} from "./evaluation/judge.ts";
export type { ScoringProfile } from "./evaluation/profile.ts";
export {
  parseTaskConfig,
  type TaskConfig,
  type TaskConfigInput,
  TaskConfigSchema,
} from "./evaluation/task-config.ts";
export { toTask } from "./evaluation/to-task.ts";

export { extractActionText, parseAction, printAction } from "./page/action-text.ts";
export type { Candidate } from "./agent/candidates/candidate.ts";
export { computeCandidates } from "./agent/candidates/candidates.ts";
export {
  parseBrowserGymAction,
  printBrowserGymAction,
  renderBrowserGymText,
} from "./page/browsergym-text.ts";
export { parseOriginalAction } from "./page/original-action-text.ts";
export { renderWebRlPage } from "./page/webrl-page.ts";
export { parseWebRlAction, printWebRlAction } from "./page/webrl-text.ts";
export { renderAriaSnapshot, renderWebArenaText } from "./page/render-observation.ts";

export {
  type BrowserEnv,
  type BrowserEnvOptions,
  createBrowserEnv,
} from "./real/browser/browser-env.ts";
export { collect, type CollectOptions, type MeteredEnv } from "./real/record/collect/collect.ts";
export { type CollectConfig, CollectConfigSchema } from "./real/record/collect/collect-plan.ts";
export type { ActorSummary, CollectSummary } from "./real/record/collect/collect-summary.ts";
export {
  createEntityHoldout,
  type EntityHoldout,
  type HeldOutEntities,
  NO_HOLDOUT,
} from "./real/record/collect/entity-holdout.ts";
export { findBrowser, type FoundBrowser } from "./real/browser/install/find-browser.ts";
export { ensureBrowser } from "./real/browser/install/install-browser.ts";
export { launchBrowser } from "./real/browser/launch-browser.ts";
export {
  openRealSites,
  type OpenRealSitesOptions,
  type RealSites,
} from "./real/browser/open-real-sites.ts";
export { createHttpEnv, type HttpEnv } from "./text-browser/http/http-env.ts";
export { findTaskConfig, loadTaskConfigs } from "./real/harness/load-tasks.ts";
export {
  type LocalServer,
  type LocalServerOptions,
  startLocalServer,
} from "./real/sites/local-server.ts";
export type { SiteApplication } from "./real/sites/site-application.ts";
export type { SiteControl, SiteEpisode } from "./real/sites/site-control.ts";
export type { SiteOrigin, SiteOrigins } from "./real/sites/site-origins.ts";
export { type SiteProcess, startSiteProcess } from "./real/sites/site-process.ts";
export {
  type ProvidedSites,
  type SiteAccount,
  type SiteProvider,
  startSites,
  type StartSitesOptions,
} from "./real/sites/site-provider.ts";
export { provideApplication } from "./real/sites/site-provider-application.ts";
export {
  createNotAvailablePolicy,
  createRandomPolicy,
  createWordOverlapPolicy,
} from "./agent/baselines/baseline-policies.ts";
export {
  type Evaluation,
  evaluatePolicy,
  type EvaluatePolicyOptions,
} from "./real/harness/evaluate-policy.ts";
export { type SolveOptions, solveTasks, type SolveResult } from "./real/harness/solve-tasks.ts";
export { leaveOutUnproven, type ProvenTemplates } from "./real/harness/proven-templates.ts";
export { wrongAnswers } from "./real/harness/wrong-answers.ts";

export { type EventFile, openEventFile } from "./store/event-file.ts";
export { type LedgerEntry, readLedger } from "./store/ledger.ts";
export type { RequestCounters } from "./store/request-meter.ts";
export { openRunFolder, type RunFolder } from "./store/run-folder.ts";
export { readTrajectories, readTrajectory, writeTrajectory } from "./store/trajectory-file.ts";

export { CandidatePolicy } from "./agent/network/candidate-policy.ts";
export { decodeCheckpoint, encodeCheckpoint } from "./agent/network/checkpoint.ts";
export {
  type CloneConfig,
  CloneConfigSchema,
  cloneBehaviour,
  type CloneSummary,
} from "./agent/learning/clone-behaviour.ts";
export {
  type DpoConfig,
  DpoConfigSchema,
  type DpoSummary,
  preferBehaviour,
  type PreferOptions,
} from "./agent/learning/dpo.ts";
export {
  createGrpoLearner,
  type GrpoConfig,
  GrpoConfigSchema,
} from "./agent/learning/grpo-learner.ts";
export { createPpoLearner, type PpoConfig, PpoConfigSchema } from "./agent/learning/ppo-learner.ts";
export { groupRelativeAdvantages } from "./rl/advantage.ts";
export { clippedSurrogate } from "./rl/clipped-surrogate.ts";
export { generalizedAdvantages } from "./rl/generalized-advantage.ts";
export type { Learner } from "./rl/learner.ts";
export { preferenceLoss } from "./rl/preference-loss.ts";
export { pairByOutcome, type TrajectoryPair } from "./rl/preference-pairs.ts";
export { valueLoss } from "./rl/value-loss.ts";
export {
  type ExpertIterationConfig,
  ExpertIterationConfigSchema,
  type ExpertRound,
} from "./agent/learning/expert-iteration.ts";
export {
  type SearchConfig,
  SearchConfigSchema,
  type SearchOptions,
  type SearchResult,
  searchTree,
  type SearchVisit,
} from "./rl/tree-search.ts";
export {
  TrainConfigSchema,
  type TrainIteration,
  type TrainOptions,
  trainPolicy,
  type TrainProgress,
} from "./rl/train.ts";

export { createRetrievalModel } from "./synthetic/retrieval/create-retrieval-model.ts";
export {
  type Annotation,
  AnnotationSchema,
  annotateTrajectory,
} from "./synthetic/reasoning/annotate.ts";
export { calibrateReasoning } from "./synthetic/reasoning/create-reasoning-model.ts";
export { HybridModel, type HybridModelOptions } from "./synthetic/reasoning/hybrid-model.ts";
export { createGoalProposer } from "./synthetic/reasoning/propose-goals.ts";
export {
  ReasoningModel,
  type ReasoningModelOptions,
} from "./synthetic/reasoning/reasoning-model.ts";
export { type SftExample, writeSftExamples } from "./synthetic/reasoning/sft-examples.ts";
export { createExperienceEnv, type ExperienceEnv } from "./synthetic/experience-env.ts";
export type { BufferEntry } from "./synthetic/buffer/entry.ts";
export { type EvidenceRules, EvidenceRulesSchema } from "./synthetic/buffer/evidence-rules.ts";
export { type Provenance, ReplayBuffer } from "./synthetic/buffer/replay-buffer.ts";
export {
  type Selector,
  selectByPriority,
  selectFromMixture,
  selectRecent,
  selectUniformly,
} from "./synthetic/buffer/selectors.ts";
export {
  createCurriculum,
  type CurriculumConfig,
  CurriculumConfigSchema,
} from "./synthetic/curriculum/curriculum.ts";
export {
  createVariations,
  type CreateVariationsOptions,
} from "./synthetic/curriculum/create-variations.ts";
export {
  solveByAnalogy,
  type SolveByAnalogyOptions,
} from "./synthetic/curriculum/solve-by-analogy.ts";
export type { Variation } from "./synthetic/curriculum/variation.ts";
export { createPlaceboModel } from "./transfer/placebo-model.ts";
export { RetrievalModel } from "./synthetic/retrieval/retrieval-model.ts";

export { type DreamCheck, DreamCheckSchema } from "./transfer/check/dream-check-result.ts";
export { applyGate, DreamGateSchema } from "./transfer/check/dream-gate.ts";
export { measureRecorded } from "./transfer/check/measure-recorded.ts";
export { cloneDigest, compare, type CompareOptions } from "./transfer/compare.ts";
export { type CompareConfig, CompareConfigSchema, PRESETS } from "./transfer/compare-config.ts";
export { type CompareResult, CompareResultSchema } from "./transfer/compare-result.ts";
export {
  type DreamFidelityOptions,
  findFidelityWarnings,
  measureDream,
} from "./transfer/dream-fidelity.ts";
export { loadRecordings } from "./transfer/load-recordings.ts";
export { type KeptBuffer, openKeptBuffer } from "./transfer/kept-buffer.ts";
export {
  enrich,
  type LearnedModel,
  learnModel,
  searchInDream,
  type SearchInDreamOptions,
  trainInDream,
  type TrainInDreamOptions,
} from "./transfer/pipeline.ts";
export { presetFor } from "./transfer/preset-for.ts";
export { recordSplit, type RecordSplitOptions } from "./transfer/record-split.ts";
export { type ComparisonOptions, runComparison } from "./transfer/run-comparison.ts";
export {
  type CheckedSiteModule,
  checkSiteModule,
  type SiteModule,
  SiteModuleSchema,
} from "./transfer/site-module.ts";
export type { WorkReport } from "./transfer/work-report.ts";
export { type MeteredEnvPool, runMetered } from "./real/harness/metered-env-pool.ts";
export { openRunRecords, type RunRecords } from "./transfer/run-records.ts";
export { summarize } from "./transfer/summarize.ts";
export { type Estimate, type Outcome, successRate } from "./transfer/statistics.ts";
export { renderReport } from "./transfer/report.ts";
export type { Benchmark } from "./real/harness/benchmark.ts";
export {
  type InfinityOptions,
  openInfinityBenchmark,
} from "./real/harness/infinity/open-infinity-benchmark.ts";
export {
  type MiniwobOptions,
  openMiniwobBenchmark,
} from "./real/harness/miniwob/open-miniwob-benchmark.ts";
export { openSiteBenchmark, type SiteBenchmarkOptions } from "./transfer/site-benchmark.ts";
export type {
  ChatMessage,
  ChatModel,
  ChatReply,
  ChatRequest,
  ChatUsage,
} from "./llm/chat-model.ts";
export { createModelRun, type ModelRun, type ModelRunOptions } from "./llm/model-run.ts";
export { createOpenAiModel, type OpenAiOptions } from "./llm/openai-compatible.ts";
export { createLlmJudge, type LlmJudgeOptions } from "./llm/judge/llm-judge.ts";
export {
  createLlmPolicy,
  type LlmPolicyConfig,
  LlmPolicyConfigSchema,
  type LlmPolicyOptions,
} from "./llm/policy/llm-policy.ts";
export { createScriptedModel, type ScriptedModel } from "./llm/scripted.ts";
export { type ChatTokenizer, loadChatTokenizer } from "./llm/tinker/chat-tokenizer.ts";
export type { Datum, Lesson } from "./llm/tinker/datum.ts";
export { type EngineProfile, type ProfileName, PROFILES } from "./llm/tinker/engine-profile.ts";
export { imitate, type ImitateOptions, toLesson } from "./llm/tinker/imitate.ts";
export {
  prefer,
  type PreferOptions as EnginePreferOptions,
  type TokenPair,
} from "./llm/tinker/prefer.ts";
export {
  type ModelOptions as EngineModelOptions,
  TinkerEngine,
  type TinkerEngineOptions,
} from "./llm/tinker/tinker-engine.ts";
export {
  createTinkerLearner,
  type TinkerLearnerConfig,
  TinkerLearnerConfigSchema,
  type TinkerLearnerOptions,
} from "./llm/tinker/tinker-learner.ts";
export type { Sampler, TinkerModel } from "./llm/tinker/tinker-model.ts";
export {
  type OpenEnvServer,
  type OpenEnvServerOptions,
  startOpenEnvServer,
} from "./serve/openenv/openenv-server.ts";
export type { ServedWorld } from "./serve/openenv/served-world.ts";
export {
  toTrainerRow,
  toVerifiersRow,
  type TrainerRow,
  type VerifiersRow,
} from "./serve/openenv/trainer-rows.ts";
export { completeStructured, ReplyFormatError } from "./llm/structured-reply.ts";
export { createExplorer, type ExplorerOptions } from "./agent/baselines/explorer.ts";

export type { DreamgymConfig } from "./cli/choose-sites.ts";

export {
  type BundledSites,
  type BundledSitesOptions,
  createBundledSites,
  loadBundledTasks,
  SITE_URLS,
  tasksFolder,
} from "../fixtures/index.ts";
