/**
 * A client of the Tinker API: a server that holds weights, samples from them and takes gradient steps, while
 * environments, rollouts, advantages and budget stay here. Open servers: SkyRL, Open-RL, Twinkle. Hosted: Thinking
 * Machines.
 */

import { z } from "zod";
import { ConfigError, ModelError } from "../../core/errors.ts";
import type { EngineProfile } from "./engine-profile.ts";
import { parseReply } from "./parse-reply.ts";
import { TinkerModel } from "./tinker-model.ts";
import { Transport, type TransportOptions } from "./transport.ts";

export interface TinkerEngineOptions extends TransportOptions {
  profile: EngineProfile;
  /** For the server's list of sessions. */
  clientVersion: string;
  warn: (message: string) => void;
}

export interface ModelOptions {
  /** As the server knows it: a name on a hub, or a folder. */
  baseModel: string;
  /** Of the LoRA adapter. A power of two. */
  rank: number;
  seed: number;
  /** `tinker://…` of saved training weights to start from. */
  loadFrom?: string | undefined;
}

const SessionSchema = z.looseObject({
  session_id: z.string(),
  warning_message: z.string().nullish(),
  error_message: z.string().nullish(),
});
const ModelSchema = z.looseObject({ model_id: z.string(), request_id: z.string() });

/** As often as Thinking Machines' own SDK. */
const HEARTBEAT_MS = 10_000;
/** A server forgets a session that is silent for 300 s. */
const LONGEST_SILENCE_BEATS = 24;

export class TinkerEngine implements AsyncDisposable {
  readonly profile: EngineProfile;
  readonly #transport: Transport;
  readonly #sessionId: string;
  readonly #warn: (message: string) => void;
  readonly #models: TinkerModel[] = [];
  #modelSeq = 0;
  #samplingSeq = 0;
  #missedBeats = 0;
  #lost: string | null = null;
  #timer: ReturnType<typeof setInterval>;

  /** Opens a session. @throws CallError if no server answers */
  static async open(options: TinkerEngineOptions): Promise<TinkerEngine> {
    const transport = new Transport(options);
    await transport.get("healthz");
    const { json } = await transport.call({
      path: "create_session",
      body: {
        tags: [],
        user_metadata: {},
        sdk_version: options.clientVersion,
        type: "create_session",
      },
      isSafe: true,
    });
    const session = parseReply(SessionSchema, json, "create_session");
    if (session.error_message)
      throw new ConfigError(`The training engine refuses a session: ${session.error_message}`);
    if (session.warning_message) options.warn(session.warning_message);
    return new TinkerEngine(options, transport, session.session_id);
  }

  private constructor(options: TinkerEngineOptions, transport: Transport, sessionId: string) {
    this.profile = options.profile;
    this.#transport = transport;
    this.#sessionId = sessionId;
    this.#warn = options.warn;
    this.#timer = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** A new adapter. The first one may take minutes, because the server loads its base model then. */
  async createModel({ baseModel, rank, seed, loadFrom }: ModelOptions): Promise<TinkerModel> {
    const { json } = await this.#transport.call({
      path: "create_model",
      body: {
        type: "create_model",
        session_id: this.#sessionId,
        model_seq_id: this.#modelSeq++,
        base_model: baseModel,
        lora_config: { rank, seed, train_unembed: true, train_mlp: true, train_attn: true },
        user_metadata: {},
      },
      isSafe: true,
    });
    const { model_id: id, request_id: requestId } = parseReply(ModelSchema, json, "create_model");
    await this.#transport.wait(requestId);
    const model = new TinkerModel({
      id,
      profile: this.profile,
      transport: this.#transport,
      nextSamplingSession: () => this.#samplingSeq++,
      assertAlive: () => this.#assertAlive(),
    });
    this.#models.push(model);
    // Servers allow it as the first request of a model alone.
    if (loadFrom !== undefined) await model.load(loadFrom);
    return model;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const model of this.#models.splice(0)) {
      try {
        await model.unload();
      } catch {
        // The server unloads the models of a silent session by itself.
      }
    }
  }

  async #beat(): Promise<void> {
    try {
      const body = { session_id: this.#sessionId, type: "session_heartbeat" };
      await this.#transport.call({ path: "session_heartbeat", body, isSafe: false });
      this.#missedBeats = 0;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if ((error as { status?: unknown }).status === 404) this.#lost = reason;
      if (++this.#missedBeats === LONGEST_SILENCE_BEATS) this.#lost = reason;
      if (this.#missedBeats === 3)
        this.#warn(`The training engine does not answer heartbeats: ${reason}`);
    }
  }

  /** @throws ModelError once the server has forgotten the session, and its weights with it */
  #assertAlive(): void {
    if (this.#lost !== null)
      throw new ModelError(
        `The training engine lost our session: ${this.#lost}. Start again: the run resumes from the last saved weights.`,
      );
  }
}
